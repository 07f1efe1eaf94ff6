import System
import Testing
import WeCom

@Suite struct InboundApprovalTests {
    @Test("an approval of our own flow is read, however the vendor spells it", arguments: ["ItemUserid", "ItemUserId"])
    func openApproval(itemUser: String) throws {
        let elements = """
            <Event>open_approval_change</Event><AgentID>1</AgentID>
            <ApprovalInfo><ThirdNo>201806010001</ThirdNo><OpenSpName>付款</OpenSpName>\
            <OpenTemplateId>1234567890</OpenTemplateId><OpenSpStatus>1</OpenSpStatus>
            <ApplyTime>1527837645</ApplyTime><ApplyUserName>x</ApplyUserName><ApplyUserId>u1</ApplyUserId>\
            <ApplyUserParty>p</ApplyUserParty><ApplyUserImage>http://i</ApplyUserImage>
            <ApprovalNodes><ApprovalNode><NodeStatus>1</NodeStatus><NodeAttr>1</NodeAttr><NodeType>1</NodeType>\
            <Items><Item><ItemName>y</ItemName><\(itemUser)>u2</\(itemUser)><ItemImage>http://i</ItemImage>\
            <ItemStatus>1</ItemStatus><ItemSpeech></ItemSpeech><ItemOpTime>0</ItemOpTime></Item></Items>\
            </ApprovalNode></ApprovalNodes>
            <NotifyNodes><NotifyNode><ItemName>z</ItemName><\(itemUser)>u3</\(itemUser)>\
            <ItemImage>http://i</ItemImage></NotifyNode></NotifyNodes><approverstep>0</approverstep></ApprovalInfo>
            """
        let approval = try #require(try openApproval(elements))
        #expect(approval.number == "201806010001" && approval.name == "付款" && approval.templateID == "1234567890")
        #expect(approval.status == .inReview && approval.applicant == UserID("u1"))
        #expect(approval.appliedAt == Timestamp(seconds: 1_527_837_645) && approval.currentStep == 0)
        #expect(approval.notified == [UserID("u3")])
        let step = try #require(approval.steps.first)
        #expect(approval.steps.count == 1 && step.decision == .inReview)
        let approver = try #require(step.approvers.first)
        #expect(approver.user == UserID("u2") && approver.decision == .inReview)
        #expect(approver.remark == nil && approver.decidedAt == nil)
    }

    @Test("steps, approvers and those notified may be many, and what is no approver is left out")
    func manySteps() throws {
        let elements = """
            <Event>open_approval_change</Event><ApprovalInfo><ThirdNo>n</ThirdNo><OpenSpStatus>3</OpenSpStatus>\
            <ApprovalNodes><ApprovalNode><NodeStatus>2</NodeStatus><Items>\
            <Item><ItemUserId>a</ItemUserId><ItemStatus>2</ItemStatus><ItemSpeech>yes</ItemSpeech>\
            <ItemOpTime>1527837645</ItemOpTime></Item><Item><ItemName>nobody</ItemName></Item>\
            <Item><ItemUserId>b</ItemUserId><ItemStatus>4</ItemStatus></Item></Items></ApprovalNode>\
            <ApprovalNode><NodeStatus>3</NodeStatus></ApprovalNode></ApprovalNodes>\
            <NotifyNodes><NotifyNode><ItemUserId>c</ItemUserId></NotifyNode><NotifyNode/></NotifyNodes>\
            <ApproverStep>1</ApproverStep></ApprovalInfo>
            """
        let approval = try #require(try openApproval(elements))
        #expect(approval.status == .refused && approval.currentStep == 1 && approval.notified == [UserID("c")])
        #expect(approval.steps.map(\.decision) == [.agreed, .refused])
        #expect(approval.steps[0].approvers.map(\.user) == [UserID("a"), UserID("b")])
        #expect(approval.steps[0].approvers.map(\.decision) == [.agreed, .transferred])
        #expect(approval.steps[0].approvers[0].remark == "yes")
        #expect(approval.steps[0].approvers[0].decidedAt == Timestamp(seconds: 1_527_837_645))
        #expect(approval.steps[1].approvers.isEmpty)
    }

    @Test("an approval of WeCom's own app is read")
    func systemApproval() throws {
        let elements = """
            <Event>sys_approval_change</Event><AgentID>3010040</AgentID><ApprovalInfo><SpNo>201909270001</SpNo>\
            <SpName>请假</SpName><SpStatus>2</SpStatus><TemplateId>T</TemplateId><ApplyTime>1569584428</ApplyTime>\
            <Applyer><UserId>WuJunJie</UserId><Party>1</Party></Applyer>\
            <SpRecord><SpStatus>1</SpStatus><Details><Approver><UserId>a</UserId></Approver></Details></SpRecord>\
            <StatuChangeEvent>10</StatuChangeEvent></ApprovalInfo>
            """
        let approval = try #require(try systemApproval(elements))
        #expect(approval.number == "201909270001" && approval.name == "请假" && approval.templateID == "T")
        #expect(approval.status == .passed && approval.change == .commentAdded)
        #expect(approval.applicant == UserID("wujunjie"))
        #expect(approval.appliedAt == Timestamp(seconds: 1_569_584_428))
    }

    @Test("the newer number is preferred, wherever it stands, and what has no number of ours stays open")
    func numbers() throws {
        let event = "<Event>sys_approval_change</Event>"
        for numbers in ["<SpNo>1</SpNo><SpNoStr>20250001</SpNoStr>", "<SpNoStr>20250001</SpNoStr><SpNo>1</SpNo>"] {
            let approval = try systemApproval(event + "<ApprovalInfo>\(numbers)</ApprovalInfo>")
            #expect(approval?.number == "20250001" && approval?.status == nil && approval?.change == nil)
        }
        let strange = "<SpNoStr/><SpNo>1</SpNo><SpStatus>5</SpStatus><StatuChangeEvent>x</StatuChangeEvent>"
        let approval = try systemApproval(event + "<ApprovalInfo>\(strange)</ApprovalInfo>")
        #expect(approval?.number == "1" && approval?.status == nil && approval?.change == nil)
        let mended = "<SpNo>1</SpNo><StatusChangeEvent>6</StatusChangeEvent>"
        #expect(try systemApproval(event + "<ApprovalInfo>\(mended)</ApprovalInfo>")?.change == .withdrawn)
    }

    private func openApproval(_ elements: String) throws -> OpenApproval? {
        guard case .openApproval(let approval) = try event(elements) else { return nil }
        return approval
    }

    private func systemApproval(_ elements: String) throws -> SystemApproval? {
        guard case .systemApproval(let approval) = try event(elements) else { return nil }
        return approval
    }
}
