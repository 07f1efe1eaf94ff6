import Text

extension InboundEvent {
    /// The events that WeCom documents for apps, as it spells them.
    package enum Name: String, Sendable, CaseIterable {
        case subscribe, unsubscribe, click, view
        case enterAgent = "enter_agent"
        case location = "LOCATION"
        case viewMiniProgram = "view_miniprogram"
        case scanCodePush = "scancode_push"
        case scanCodeWait = "scancode_waitmsg"
        case systemPhoto = "pic_sysphoto"
        case photoOrAlbum = "pic_photo_or_album"
        case weixinAlbum = "pic_weixin"
        case locationSelect = "location_select"
        case templateCard = "template_card_event"
        case templateCardMenu = "template_card_menu_event"
        case taskCardClick = "taskcard_click"
        case openApproval = "open_approval_change"
        case systemApproval = "sys_approval_change"
        case contact = "change_contact"
        case externalContact = "change_external_contact"
        case externalChat = "change_external_chat"
        case externalTag = "change_external_tag"
        case customerAcquisition = "customer_acquisition"
        case customerServiceMessages = "kf_msg_or_event"
        case customerServiceAccounts = "kf_account_auth_change"
        case batchJob = "batch_job_result"
        case shareAgentChange = "share_agent_change"
        case shareChainChange = "share_chain_change"
        case inactiveAlert = "inactive_alert"
        case lowActiveAlert = "low_active_alert"
        case closeInactiveAgent = "close_inactive_agent"
        case reopenInactiveAgent = "reopen_inactive_agent"
        case lowActive = "low_active"
        case activeRestored = "active_restored"
        case changeAppAdmin = "change_app_admin"
        case switchWorkbenchMode = "switch_workbench_mode"
        case unlicensedNotify = "unlicensed_notify"
        case uploadMediaJobFinish = "upload_media_job_finish"
        case livingStatusChange = "living_status_change"
        case messageAudit = "msgaudit_notify"
        case modifyCalendar = "modify_calendar"
        case deleteCalendar = "delete_calendar"
        case addSchedule = "add_schedule"
        case modifySchedule = "modify_schedule"
        case deleteSchedule = "delete_schedule"
        case respondSchedule = "respond_schedule"
        case bookMeetingRoom = "book_meeting_room"
        case cancelMeetingRoom = "cancel_meeting_room"
    }

    /// The name on the wire, `unknown` for all that are: there are only so many, so that a metric may bear it.
    package var name: String {
        if case .bot(let event) = self { event.name.rawValue } else { documentedName?.rawValue ?? "unknown" }
    }

    /// Every `name` there is.
    package static let names =
        Name.allCases.map(\.rawValue) + BotEvent.Name.allCases.map(\.rawValue) + ["unknown"]

    /// Nil for an unknown one, and for a bot's.
    var documentedName: Name? {
        switch self {
        case .subscribe: .subscribe
        case .unsubscribe: .unsubscribe
        case .enterAgent: .enterAgent
        case .location: .location
        case .menu(let choice): choice.name
        case .templateCard(let click): click.isMenu ? .templateCardMenu : .templateCard
        case .taskCardClick: .taskCardClick
        case .openApproval: .openApproval
        case .systemApproval: .systemApproval
        case .contact: .contact
        case .externalContact: .externalContact
        case .externalChat: .externalChat
        case .externalTag: .externalTag
        case .customerAcquisition: .customerAcquisition
        case .customerServiceMessages: .customerServiceMessages
        case .customerServiceAccounts: .customerServiceAccounts
        case .batchJob: .batchJob
        case .app(let notice): notice.name
        case .other(let name): name
        case .bot, .unknown: nil
        }
    }
}

extension InboundEvent.Name {
    /// Reads a name whatever the case of its letters.
    init?(wire text: String) {
        let folded = String(text.beginning(bytes: 256)).lowercasedASCII
        if folded == "location" { self = .location } else { self.init(rawValue: folded) }
    }
}
