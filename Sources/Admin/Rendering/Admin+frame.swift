import HTML
import HTTP
import Pages

extension Admin {
    /// The sign of the product, with its name.
    static let mark = HTML(embedded: SharedAssets.mark) + HTML(markup: "<span>wecom-router</span>")

    /// A page with the navigation around it, the search above and its title at the top. `tools` stands beside the title.
    func frame(
        _ title: String, _ visit: Visit, _ status: HTTPStatus = .ok, heading: HTML? = nil, tools: HTML = .empty,
        @HTMLBuilder content: () -> HTML
    ) async -> HTTPResponse {
        let live = tag(.div, .id("live")) {
            tag(.div, .class("hd")) {
                tag(.h1) { heading ?? HTML(title) }
                tag(.div, .class("acts")) { tools }
            }
            content()
        }
        if visit.isPart { return .page(live, status) }
        let position = feed.position
        let navigation = Navigation(visit: visit, counts: await pulse.counts())
        let isLive = LivePage(visit.request.target) != nil && status == .ok
        let page = Page(
            "\(title) · wecom-router", in: visit.look, style: AdminAssets.style, script: AdminAssets.script,
            favicon: AdminAssets.favicon,
            body: [
                .data("lost", visit.words("没有连接", "no connection")),
                .data("later", visit.words("稍后再试", "try again later")),
            ]
        ) {
            tag(.a, .class("skip"), .href("#main")) { visit.words("跳到内容", "Skip to the content") }
            tag(.aside, .class("nav")) {
                tag(.a, .class("mark"), .href(Admin.base)) { Admin.mark }
                navigation.links(visit.words("管理", "Administration"))
                foot(visit)
            }
            tag(.div) {
                topBar(visit, navigation)
                tag(
                    .main, .class("wrap"), .id("main"), .data("of", visit.request.target), .data("seq", position),
                    isLive
                        ? .data(
                            "events",
                            "/admin/events"
                                + query([("of", visit.request.target), ("have", LiveWatch.digest(of: live))])) : nil
                ) { live }
            }
            tag(.p, .id("toast"), .class("toast"), .role("status"), .hidden)
        }
        return page.response(status)
    }

    private func topBar(_ visit: Visit, _ navigation: Navigation) -> HTML {
        tag(.header, .class("top")) {
            tag(.details, .class("menu")) {
                tag(.summary, .class("b", "q", "ic"), .aria("label", visit.words("菜单", "Menu"))) { Icon.list.drawn() }
                tag(.div, .class("pan")) {
                    navigation.links(visit.words("菜单", "Menu"))
                    foot(visit)
                }
            }
            tag(.form, .class("search"), .role("search"), .action("/admin/search")) {
                Icon.find.drawn(.small)
                tag(.label, .class("vh"), .for("q")) { visit.words("搜索", "Search") }
                tag(
                    .input, .id("q"), .name("q"), .type("search"),
                    .value(visit.place == ["search"] ? visit.field("q") ?? "" : ""),
                    .placeholder(visit.words("用户、应用、MsgId、j-…、d-…", "user, app, MsgId, j-…, d-…")),
                    .plain(.maxlength, "200"))
                tag(.kbd, .class("hide-s"), .ariaHidden) { "/" }
            }
            pill(visit)
        }
    }

    /// Says whether the page is live; shown once the script has found out.
    private func pill(_ visit: Visit) -> HTML {
        tag(.p, .class("pill"), .role("status")) {
            tag(.span, .class("is-live")) { state(.ok, visit.words("实时", "live")) }
            tag(.span, .class("is-lost")) { state(.again, visit.words("重连中", "reconnecting")) }
            tag(.span, .class("is-paused")) { state(.pause, visit.words("已暂停", "paused")) }
            tag(.span, .id("left"), .class("n"), .ariaHidden, .hidden, .data("words", visit.words("0 秒后", "in 0 s")))
        }
    }

    private func state(_ icon: Icon, _ word: String) -> HTML {
        icon.drawn(.small) + tag(.span, .class("word")) { word }
    }

    private func foot(_ visit: Visit) -> HTML {
        tag(.div, .class("end")) {
            tag(.p) {
                tag(.span) { visit.operates ? visit.words("操作员", "Operator") : visit.words("只读", "Viewer") }
                tag(.span, .class("m")) { installation.version }
            }
            tag(.p) { tag(.bdi) { installation.node } }
            tag(.div, .class("row")) {
                languageForm(visit.look, back: visit.request.target)
                visit.form(to: "/admin/logout", visit.words("退出", "Sign out"), style: "q", needsOperator: false)
            }
        }
    }
}

/// The links to the pages, with what waits there.
struct Navigation {
    let visit: Visit
    let counts: Pulse.Counts

    func links(_ label: String) -> HTML {
        let words = visit.words
        return tag(.nav, .aria("label", label)) {
            link("", words("总览", "Overview"), .gauge)
            link("conversations", words("对话", "Conversations"), .chat)
            link("jobs", words("任务", "Jobs"), .list)
            link("running", words("运行中", "Running"), .play, count(counts.running, "work"))
            link("deliveries", words("死信", "Dead letters"), .dead, count(counts.dead, "bad"))
            link("sessions", words("会话", "Sessions"), .mem)
            tag(.hr)
            link("bots", words("智能机器人", "AI bots"), .wire)
            link("nodes", words("节点与配置", "Nodes"), .gear)
            link("audit", words("操作记录", "Audit"), .log)
        }
    }

    private func link(_ page: String, _ label: String, _ icon: Icon, _ count: HTML = .empty) -> HTML {
        let isHere = (visit.place.first ?? "") == page  // short: a word of ours
        return tag(
            .a, .class("l"), .href(Admin.base + page), isHere ? .aria("current", "page") : nil
        ) {
            icon.drawn()
            tag(.span) { label }
            count
        }
    }

    private func count(_ number: Int, _ style: String) -> HTML {
        guard number > 0 else { return .empty }
        return tag(.span, .class("t", "n", style)) { number >= Pulse.most ? "\(Pulse.most)+" : "\(number)" }
    }
}
