/// Reads Maven's channel: one bot, by webhook.
extension Importer {
    func readMaven(_ root: ForeignTable) {
        let channels = root.table("channels")
        let wecom = channels.table("wecom")
        if wecom.flag("enabled") == false {
            wecom.finish("is off, by enabled: false")
        } else {
            addMavenBot(wecom)
            wecom.finish("has no counterpart here")
        }
        channels.finish("is another channel")
        root.finish("is not about WeCom")
    }

    private func addMavenBot(_ wecom: ForeignTable) {
        let agent = addStandIn(
            "maven", because: "Maven answers by itself, and has no door for others", wecom.place, wecom.path)
        var bot = ForeignBot(name: "maven", mode: .webhook, agent: agent, place: wecom.place, path: wecom.path)
        func value(_ key: String, _ variable: String) -> ForeignValue? {
            let own = wecom.value(key)
            return variables.value("MAVEN_WECOM_\(variable)") ?? own
        }
        bot.token = value("token", "TOKEN")
        bot.aesKey = value("encodingAESKey", "ENCODING_AES_KEY")
        bot.receiveID = value("receiveId", "RECEIVE_ID")
        bot.proxy = wecom.value("proxy")
        readMavenAdmission(wecom, &bot)
        letIntoAllGroups(&bot, wecom.place, wecom.path)
        add(bot)
        readMavenAddress(wecom)
    }

    /// A list without any item is everyone there, and one with an empty text nobody.
    private func readMavenAdmission(_ wecom: ForeignTable, _ bot: inout ForeignBot) {
        let key = wecom.path(of: "allowFrom")
        let place = wecom.node("allowFrom")?.place ?? wecom.place
        guard wecom.hasItems("allowFrom") else { return letEveryoneWrite(to: &bot, place, key) }
        let users = wecom.list("allowFrom") ?? []
        if users.isEmpty { notes.changed(place, key, "nobody may write, as before") }
        bot.admission = users.isEmpty ? .nobody : .users(users)
    }

    /// The path is the one at which bots are called here, too.
    private func readMavenAddress(_ wecom: ForeignTable) {
        let port = wecom.value("port")
        if let port { notes.took(port, as: "port of server") }
        draft.server.append(
            Line(
                "port", YAMLText.of(port?.text ?? "9886"), from: port?.place,
                remark: "as Maven's, so that WeCom's console need not change: bots are called at /wecom/bot"))
    }
}
