import Router
import WeCom

/// Asks WeCom as one app.
///
/// A token says that corp and secret are right, and the app's own record that `agent_id` belongs to the secret. Which calls
/// want a trusted address WeCom does not say, so several are made that read only.
struct AppInquiry {
    let app: Configuration.App
    let configuration: Configuration
    let client: WeComClient
    let say: ChatTexts.Language

    func report() async -> AppReport {
        var report = AppReport(app: app.name)
        guard await askAddresses(&report), await askAgent(&report), await askDepartments(&report),
            await askTags(&report)
        else { return report }
        if app.policy.isNobody { report.goodNews.append(say("但没有人能给它发消息", "but nobody may write to it")) }
        return report
    }

    // Each of these says whether there is any use in asking more.

    private func askAddresses(_ report: inout AppReport) async -> Bool {
        do throws(WeComError) {
            report.callbackAddresses = try await client.callbackAddresses().map { printable($0, most: 64) }
        } catch {
            var finding = finding(of: error, asking: "getcallbackip")
            // The server itself never makes this call.
            if !error.isAboutAllCalls { finding.severity = .warning }
            report.findings.append(finding)
            if error.isAboutAllCalls { return false }
        }
        report.goodNews.append(say("能取得 access_token", "WeCom gives a token"))
        if !report.callbackAddresses.isEmpty {
            let addresses = enumerated(report.callbackAddresses, most: 4, say)
            report.goodNews.append(say("回调来自 \(addresses)", "callbacks come from \(addresses)"))
        }
        return true
    }

    private func askAgent(_ report: inout AppReport) async -> Bool {
        do throws(WeComError) {
            let registered = try await client.registeredApp()
            if registered.isDisabled {
                report.findings.append(
                    finding(
                        say(
                            "应用在企业微信里被停用了：成员看不到它",
                            "the app is switched off in WeCom: its people see nothing of it"),
                        advice: say(
                            "在后台启用它（应用管理 → 该应用）", "switch it on in WeCom's console (应用管理, the app)"), at: "agent_id"))
            }
            let name = shown(printable(registered.name, most: 64))
            report.goodNews.append(say("agent_id 就是它的应用 \(name)", "agent_id is its app \(name)"))
            return true
        } catch {
            var finding = finding(of: error, asking: "agent/get", at: "agent_id")
            // Any other refusal is of this call, which the server itself never makes.
            if !error.isAboutAllCalls, !error.isAboutApp { finding.severity = .warning }
            report.findings.append(finding)
            return !error.isAboutAllCalls && !error.isAboutApp
        }
    }

    private func askDepartments(_ report: inout AppReport) async -> Bool {
        let wanted = app.policy.groups.departments
        do throws(WeComError) {
            let seen = try await client.departments()
            // Somebody in a department that the app sees is also in what is above it.
            let known = Set(seen.map(\.id)).union(seen.map(\.parent))
            let unknown = wanted.subtracting(known).sorted()
            report.findings += unknown.map(unseenDepartment)
            if unknown.isEmpty, !wanted.isEmpty {
                report.goodNews.append(say("看得到 allowed_departments", "it sees its allowed_departments"))
            }
            return true
        } catch {
            if error.isAboutAllCalls || !wanted.isEmpty {
                report.findings.append(finding(of: error, asking: "department/simplelist", at: "allowed_departments"))
            }
            return !error.isAboutAllCalls
        }
    }

    private func askTags(_ report: inout AppReport) async -> Bool {
        let wanted = app.policy.groups.tags.sorted()
        var isComplete = true
        for tag in wanted {
            do throws(WeComError) {
                let bearers = try await client.tag(tag)
                if bearers.users.isEmpty, bearers.departments.isEmpty { report.findings.append(emptyTag(tag)) }
            } catch {
                isComplete = false
                report.findings.append(
                    error.isAboutGroup
                        ? unseenTag(tag, error) : finding(of: error, asking: "tag/get", at: "allowed_tags.\(tag)"))
                if error.isAboutAllCalls { return false }
            }
        }
        if isComplete, !wanted.isEmpty {
            report.goodNews.append(say("看得到 allowed_tags", "it sees its allowed_tags"))
        }
        return true
    }

    // MARK: Groups

    private func unseenDepartment(_ id: Int64) -> OnlineFinding {
        finding(
            say("应用看不到部门 \(id)", "department \(id) is none that the app sees"),
            advice: say(
                "在后台“通讯录”核对编号，并把部门加入应用的可见范围",
                "check the number in WeCom's console under 通讯录, and put the department into the app's visible range (可见范围)"
            ),
            at: "allowed_departments.\(id)")
    }

    private func unseenTag(_ id: Int64, _ error: WeComError) -> OnlineFinding {
        var finding = finding(
            say("应用看不到标签 \(id)", "tag \(id) is none that the app sees"),
            advice: say(
                "在后台“通讯录 → 标签”核对编号，并把标签加入应用的可见范围",
                "check the number in WeCom's console under 通讯录, 标签, and put the tag into the app's visible range (可见范围)"
            ),
            at: "allowed_tags.\(id)")
        if case .refused(let code, _) = error { finding.code = code }
        return finding
    }

    private func emptyTag(_ id: Int64) -> OnlineFinding {
        var finding = finding(
            say("应用可见范围内没有人有标签 \(id)", "nobody whom the app sees bears tag \(id)"),
            advice: say(
                "给可见范围内的人加上这个标签，或去掉它",
                "give the tag to somebody in the app's visible range (可见范围), or leave it out"),
            at: "allowed_tags.\(id)")
        finding.severity = .warning
        return finding
    }
}

extension WeComError {
    /// True if every further question would fail alike.
    fileprivate var isAboutAllCalls: Bool {
        switch self {
        case .refused(let code, _):
            switch code.handling {
            case .refreshToken, .slowDown: true
            case .awaitOperator: !code.isAboutPermission
            case .retry, .dropRecipient, .giveUp: false
            }
        default: true
        }
    }

    /// The number is of another app than the secret, or of none.
    fileprivate var isAboutApp: Bool {
        if case .refused(let code, _) = self { [40056, 301_002].contains(code.number) } else { false }
    }

    /// WeCom knows no such group, or none that the app may see.
    fileprivate var isAboutGroup: Bool {
        if case .refused(let code, _) = self { code.kind == .recipient } else { false }
    }
}

/// The first few, and how many more there are.
private func enumerated(_ words: [String], most: Int, _ say: ChatTexts.Language) -> String {
    let rest = words.count - most
    return words.prefix(most).joined(separator: say("、", ", "))
        + (rest > 0 ? say(" 等，另有 \(rest) 个", " and \(rest) more") : "")
}
