import XML

extension InboundEvent {
    /// Nil when the document names no event.
    init?(of root: XMLElement) {
        guard let name = root.value("Event") else { return nil }
        self = Name(wire: name).flatMap { InboundEvent($0, root) } ?? .unknown(name, root)
    }

    private static func unknown(_ name: String, _ root: XMLElement) -> InboundEvent {
        let change = root.value("ChangeType").map { "/" + $0.shortened } ?? ""
        return .unknown(name: name.shortened + change, fields: root.fieldNames)
    }

    /// Nil when the document lacks what the event is about.
    private init?(_ name: Name, _ root: XMLElement) {
        let event: InboundEvent? =
            switch name {
            case .subscribe: .subscribe
            case .unsubscribe: .unsubscribe
            case .enterAgent: .enterAgent
            case .location: .location(of: root)
            case .click, .view, .viewMiniProgram, .scanCodePush, .scanCodeWait, .systemPhoto, .photoOrAlbum,
                .weixinAlbum, .locationSelect:
                MenuChoice(name, root).map { .menu($0) }
            case .templateCard: CardClick(of: root, isMenu: false).map { .templateCard($0) }
            case .templateCardMenu: CardClick(of: root, isMenu: true).map { .templateCard($0) }
            case .taskCardClick: root.value("EventKey").map { .taskCardClick(key: $0, taskID: root.value("TaskId")) }
            case .openApproval: OpenApproval(of: root).map { .openApproval($0) }
            case .systemApproval: SystemApproval(of: root).map { .systemApproval($0) }
            case .contact: ContactChange(of: root).map { .contact($0) }
            case .externalContact: ExternalContactChange(of: root).map { .externalContact($0) }
            case .externalChat: ExternalChatChange(of: root).map { .externalChat($0) }
            case .externalTag: ExternalTagChange(of: root).map { .externalTag($0) }
            case .customerAcquisition: .customerAcquisition(change: root.value("ChangeType"))
            case .customerServiceMessages: CustomerServiceBell(of: root).map { .customerServiceMessages($0) }
            case .customerServiceAccounts: .accounts(of: root)
            case .batchJob: BatchJobResult(of: root).map { .batchJob($0) }
            case .shareAgentChange, .shareChainChange, .inactiveAlert, .lowActiveAlert, .closeInactiveAgent,
                .reopenInactiveAgent, .lowActive, .activeRestored, .changeAppAdmin, .switchWorkbenchMode,
                .unlicensedNotify, .uploadMediaJobFinish, .livingStatusChange, .messageAudit:
                AppNotice(name, root).map { .app($0) }
            case .modifyCalendar, .deleteCalendar, .addSchedule, .modifySchedule, .deleteSchedule, .respondSchedule,
                .bookMeetingRoom, .cancelMeetingRoom:
                .other(name)
            }
        guard let event else { return nil }
        self = event
    }

    private static func location(of root: XMLElement) -> InboundEvent? {
        root.coordinates(latitude: "Latitude", longitude: "Longitude").map {
            .location($0, precision: root.decimal("Precision"))
        }
    }

    /// WeCom repeats an element for every account.
    private static func accounts(of root: XMLElement) -> InboundEvent {
        func accounts(_ name: String) -> [String] { root.all(name).compactMap(\.text.trimmed.nonEmpty) }
        return .customerServiceAccounts(added: accounts("AuthAddOpenKfId"), removed: accounts("AuthDelOpenKfId"))
    }
}

extension BatchJobResult {
    /// Some documents wrap the fields in `BatchJob`, others do not.
    fileprivate init?(of root: XMLElement) {
        let job = root["BatchJob"] ?? root
        guard let jobID = job.value("JobId") else { return nil }
        self.init(
            jobID: jobID, jobType: job.value("JobType"), code: job.integer("ErrCode").map { ErrorCode($0) },
            message: job.value("ErrMsg"))
    }
}

extension CustomerServiceBell {
    fileprivate init?(of root: XMLElement) {
        guard let account = root.value("OpenKfId") else { return nil }
        self.init(account: account, token: root.value("Token"))
    }
}
