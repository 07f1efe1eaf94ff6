import System
import Testing
import WeCom

@Suite struct InboundEventTests {
    @Test(
        "events about people and the app are read",
        arguments: [
            ("<Event>subscribe</Event><AgentID>1</AgentID>", .subscribe),
            ("<Event>unsubscribe</Event><AgentID>1</AgentID>", .unsubscribe),
            (
                "<Event><![CDATA[enter_agent]]></Event><EventKey><![CDATA[]]></EventKey><AgentID>1000002</AgentID>",
                .enterAgent
            ),
            ("<Event>share_agent_change</Event>", .app(.shareChanged)),
            ("<Event>share_chain_change</Event>", .app(.chainChanged)),
            (
                "<Event>inactive_alert</Event><EffectTime>1700000000</EffectTime>",
                .app(.inactiveAlert(Timestamp(seconds: 1_700_000_000)))
            ),
            ("<Event>inactive_alert</Event><EffectTime>tomorrow</EffectTime>", .app(.inactiveAlert(nil))),
            (
                "<Event>low_active_alert</Event><EffectTime>1700000000</EffectTime>",
                .app(.lowActiveAlert(Timestamp(seconds: 1_700_000_000)))
            ),
            ("<Event>close_inactive_agent</Event>", .app(.closedForInactivity)),
            ("<Event>reopen_inactive_agent</Event>", .app(.reopened)),
            ("<Event>low_active</Event>", .app(.lowActive)),
            ("<Event>active_restored</Event>", .app(.activeRestored)),
            ("<Event>change_app_admin</Event>", .app(.adminsChanged)),
            ("<Event>switch_workbench_mode</Event><Mode>1</Mode>", .app(.workbenchMode(isCustom: true))),
            ("<Event>switch_workbench_mode</Event><Mode>0</Mode>", .app(.workbenchMode(isCustom: false))),
            ("<Event>switch_workbench_mode</Event>", .app(.workbenchMode(isCustom: nil))),
            ("<Event>unlicensed_notify</Event>", .app(.unlicensed)),
            ("<Event>upload_media_job_finish</Event><JobId>j</JobId>", .app(.mediaUploaded(jobID: "j"))),
            (
                "<Event>living_status_change</Event><LivingId>l</LivingId><Status>1</Status>",
                .app(.liveStream(id: "l", status: 1))
            ),
            ("<Event>msgaudit_notify</Event>", .app(.messageAudit)),
            ("<Event>modify_calendar</Event><CalId>c</CalId>", .other(.modifyCalendar)),
            ("<Event>book_meeting_room</Event>", .other(.bookMeetingRoom)),
            ("<Event>customer_acquisition</Event>", .customerAcquisition(change: nil)),
            (
                "<Event>customer_acquisition</Event><ChangeType>balance_low</ChangeType>",
                .customerAcquisition(change: "balance_low")
            ),
        ] as [(String, InboundEvent)]
    )
    func read(elements: String, expected: InboundEvent) throws {
        #expect(try event(elements) == expected)
        #expect(elements.contains(expected.name))
    }

    @Test("where a person is who opens the chat is read")
    func location() throws {
        let elements = """
            <Event><![CDATA[LOCATION]]></Event><Latitude>23.104</Latitude><Longitude>113.320</Longitude>\
            <Precision>65.000</Precision><AgentID>1</AgentID><AppType><![CDATA[wxwork]]></AppType>
            """
        let place = try #require(InboundMessage.Coordinates(latitude: 23.104, longitude: 113.32))
        #expect(try event(elements) == .location(place, precision: 65))
        #expect(try event(elements)?.name == "LOCATION")
        let lowerCase = "<Event>location</Event><latitude>23.104</latitude><LONGITUDE>113.32</LONGITUDE>"
        #expect(try event(lowerCase) == .location(place, precision: nil))
    }

    @Test(
        "the result of a batch job is read, wrapped or not",
        arguments: [
            """
            <BatchJob><JobId><![CDATA[S0Mrn]]></JobId><JobType><![CDATA[sync_user]]></JobType><ErrCode>0</ErrCode>\
            <ErrMsg><![CDATA[ok]]></ErrMsg></BatchJob>
            """,
            "<JobId>S0Mrn</JobId><JobType>sync_user</JobType><ErrCode>0</ErrCode><ErrMsg>ok</ErrMsg>",
        ]
    )
    func batchJob(elements: String) throws {
        guard case .batchJob(let job) = try event("<Event>batch_job_result</Event>" + elements) else {
            Issue.record("it was not understood")
            return
        }
        #expect(job.jobID == "S0Mrn" && job.jobType == "sync_user" && job.code == ErrorCode(0) && job.message == "ok")
    }

    @Test("the bell of the customer service says where messages wait, and comes from nobody")
    func customerService() throws {
        let document = """
            <xml><ToUserName>ww1</ToUserName><CreateTime>1</CreateTime><MsgType>event</MsgType>\
            <Event>kf_msg_or_event</Event><Token><![CDATA[T]]></Token><OpenKfId><![CDATA[wk1]]></OpenKfId></xml>
            """
        let message = try InboundMessage(xml: Array(document.utf8))
        #expect(message.sender == .platform && message.agentID == nil && message.messageID == nil)
        guard case .event(.customerServiceMessages(let bell)) = message.content else {
            Issue.record("it was not understood")
            return
        }
        #expect(bell.account == "wk1" && bell.token == "T")
    }

    @Test("the accounts of the customer service may be several")
    func customerServiceAccounts() throws {
        let changed = try event(
            "<Event>kf_account_auth_change</Event><AuthAddOpenKfId>a</AuthAddOpenKfId><authaddopenkfid>b"
                + "</authaddopenkfid><AuthDelOpenKfId>c</AuthDelOpenKfId><AuthDelOpenKfId/>")
        #expect(changed == .customerServiceAccounts(added: ["a", "b"], removed: ["c"]))
    }

    @Test("a name is known in any case, and told as WeCom spells it", arguments: InboundEvent.Name.allCases)
    func caseOfNames(name: InboundEvent.Name) throws {
        let wire = name.rawValue
        for spelling in [wire.uppercased(), wire.lowercased(), " \(wire)\n"] {
            let change = "<ChangeType>\(changes[name] ?? "")</ChangeType>"
            let read = try #require(try event("<event>\(spelling)</event>\(change)\(whatAnyEventMayNeed)"))
            #expect(read.name == wire)
        }
    }

    @Test("there is a bounded number of names, and each is there once")
    func names() {
        #expect(InboundEvent.names.count == InboundEvent.Name.allCases.count + BotEvent.Name.allCases.count + 1)
        #expect(Set(InboundEvent.names).count == InboundEvent.names.count)
        #expect(InboundEvent.unknown(name: "whatever", fields: []).name == "unknown")
        #expect(InboundEvent.names.contains("unknown"))
    }

    @Test("what WeCom does not document is kept by its name and those of its elements")
    func unheardOf() throws {
        #expect(
            try event("<Event>new_event</Event><Secret>classified</Secret>")
                == unknown("new_event", ["Event", "Secret"]))
        #expect(
            try event("<Event>change_contact</Event><ChangeType>create_robot</ChangeType><UserID>u</UserID>")
                == unknown("change_contact/create_robot", ["Event", "ChangeType", "UserID"]))
        #expect(try content("event", "<EventKey>k</EventKey>") == unsupported("event", ["EventKey"]))
    }

    @Test(
        "an event that lacks what it is about is unknown",
        arguments: [
            "LOCATION", "batch_job_result", "click", "view", "scancode_push", "scancode_waitmsg", "pic_sysphoto",
            "pic_photo_or_album", "pic_weixin", "location_select", "template_card_event", "template_card_menu_event",
            "taskcard_click", "open_approval_change", "sys_approval_change", "change_contact",
            "change_external_contact", "change_external_chat", "change_external_tag", "kf_msg_or_event",
            "upload_media_job_finish", "living_status_change",
        ]
    )
    func lacking(name: String) throws {
        #expect(try event("<Event>\(name)</Event>") == unknown(name, ["Event"]))
        let empty = "<EventKey/><ApprovalInfo/><BatchJob/><ScanCodeInfo/><SendLocationInfo/><ChangeType/>"
        let fields = ["EventKey", "ApprovalInfo", "BatchJob", "ScanCodeInfo", "SendLocationInfo", "ChangeType"]
        #expect(try event("<Event>\(name)</Event>\(empty)") == unknown(name, ["Event"] + fields))
    }

    @Test("a name of any length is kept only so long")
    func longNames() throws {
        let long = String(repeating: "a\u{301}", count: 10_000)
        guard case .unknown(let name, _) = try event("<Event>\(long)</Event><ChangeType>\(long)</ChangeType>") else {
            Issue.record("it was understood")
            return
        }
        #expect(name.utf8.count <= 64 + 1 + 64 && name.utf8.count > 64 + 1 + 60)
    }

    private let changes: [InboundEvent.Name: String] = [
        .contact: "create_user", .externalContact: "add_external_contact", .externalChat: "update",
        .externalTag: "create",
    ]

    /// Enough that an event of any name is whole.
    private let whatAnyEventMayNeed = """
        <EventKey>k</EventKey><Latitude>1</Latitude><Longitude>1</Longitude><JobId>j</JobId><LivingId>l</LivingId>\
        <OpenKfId>wk</OpenKfId><ScanCodeInfo><ScanResult>r</ScanResult></ScanCodeInfo><SendPicsInfo/>\
        <SendLocationInfo><Location_X>1</Location_X><Location_Y>1</Location_Y></SendLocationInfo>\
        <ApprovalInfo><ThirdNo>1</ThirdNo><SpNo>1</SpNo></ApprovalInfo><Id>1</Id><ChatId>c</ChatId>\
        <UserID>u</UserID><ExternalUserID>e</ExternalUserID>
        """
}
