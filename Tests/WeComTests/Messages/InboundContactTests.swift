import Testing
import WeCom

@Suite struct InboundContactTests {
    @Test(
        "changes of members and departments are read, by id",
        arguments: [
            (
                """
                <ChangeType>create_user</ChangeType><UserID>ZhangSan</UserID><Name>张三</Name>\
                <Department>1,2, 3</Department><MainDepartment>1</MainDepartment><Mobile>138</Mobile>\
                <ExtAttr><Item><Name>a</Name><Type>0</Type><Text><Value>v</Value></Text></Item></ExtAttr>
                """, .createUser(UserID("zhangsan"), departments: [1, 2, 3])
            ),
            (
                "<ChangeType>update_user</ChangeType><UserID>a</UserID><NewUserID>b</NewUserID>",
                .updateUser(UserID("a"), newID: UserID("b"), departments: [])
            ),
            (
                "<ChangeType>update_user</ChangeType><UserID>a</UserID><Department>x,,2</Department>",
                .updateUser(UserID("a"), newID: nil, departments: [2])
            ),
            ("<ChangeType>DELETE_USER</ChangeType><UserId>a</UserId>", .deleteUser(UserID("a"))),
            (
                "<ChangeType>create_party</ChangeType><Id>2</Id><Name>n</Name><ParentId>1</ParentId><Order>1</Order>",
                .createDepartment(2, parent: 1)
            ),
            ("<ChangeType>update_party</ChangeType><Id>2</Id><Name>n</Name>", .updateDepartment(2, parent: nil)),
            ("<ChangeType>delete_party</ChangeType><Id>2</Id>", .deleteDepartment(2)),
        ] as [(String, ContactChange)]
    )
    func contacts(elements: String, expected: ContactChange) throws {
        #expect(try event("<Event><![CDATA[change_contact]]></Event>" + elements) == .contact(expected))
    }

    @Test("a change of a tag says who came and who went")
    func tag() throws {
        let elements = """
            <Event><![CDATA[change_contact]]></Event><ChangeType>update_tag</ChangeType><TagId>1</TagId>
            <AddUserItems><![CDATA[zhangsan,lisi]]></AddUserItems><DelUserItems><![CDATA[z1,l1]]></DelUserItems>\
            <AddPartyItems><![CDATA[1,2]]></AddPartyItems><DelPartyItems><![CDATA[3,4]]></DelPartyItems>
            """
        guard case .contact(.updateTag(1, let added, let removed)) = try event(elements) else {
            Issue.record("it was not understood")
            return
        }
        #expect(added.users == [UserID("zhangsan"), UserID("lisi")] && added.departments == [1, 2])
        #expect(removed.users == [UserID("z1"), UserID("l1")] && removed.departments == [3, 4])
    }

    @Test(
        "a change of a customer is read",
        arguments: [
            ("add_external_contact", .added), ("edit_external_contact", .edited),
            ("add_half_external_contact", .halfAdded), ("del_external_contact", .removed),
            ("del_follow_user", .removedByCustomer), ("transfer_fail", .transferFailed),
            ("msg_audit_approved", .auditApproved),
        ] as [(String, ExternalContactChange.Kind)]
    )
    func externalContact(type: String, kind: ExternalContactChange.Kind) throws {
        let elements = """
            <Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[\(type)]]></ChangeType>
            <UserID><![CDATA[zhangsan]]></UserID><ExternalUserID><![CDATA[wo1]]></ExternalUserID>\
            <State><![CDATA[s]]></State><WelcomeCode><![CDATA[W]]></WelcomeCode>
            """
        guard case .externalContact(let change) = try event(elements) else {
            Issue.record("it was not understood")
            return
        }
        #expect(change.kind == kind && change.user == UserID("zhangsan") && change.externalUserID == "wo1")
        #expect(change.state == "s" && change.welcomeCode == "W" && change.reason == nil)
    }

    @Test("why a customer is gone, or was not handed over, is read", arguments: ["Source", "FailReason"])
    func reason(element: String) throws {
        let elements = """
            <Event>change_external_contact</Event><ChangeType>transfer_fail</ChangeType><UserID>u</UserID>\
            <ExternalUserID>e</ExternalUserID><\(element)>customer_refused</\(element)>
            """
        guard case .externalContact(let change) = try event(elements) else {
            Issue.record("it was not understood")
            return
        }
        #expect(change.reason == "customer_refused" && change.welcomeCode == nil)
    }

    @Test("a change of a chat with customers is read")
    func externalChat() throws {
        let update = """
            <Event>change_external_chat</Event><ChatId>c</ChatId><ChangeType>update</ChangeType>\
            <UpdateDetail>add_member</UpdateDetail><JoinScene>1</JoinScene><MemChangeCnt>2</MemChangeCnt>\
            <MemChangeList><Item>a</Item><Item>b</Item></MemChangeList>
            """
        guard case .externalChat(let updated) = try event(update),
            case .externalChat(let dismissed) = try event(
                "<Event>change_external_chat</Event><ChatId>c</ChatId><ChangeType>dismiss</ChangeType>")
        else {
            Issue.record("they were not understood")
            return
        }
        #expect(updated.chatID == "c" && updated.kind == .update)
        #expect(updated.detail == .membersAdded && updated.memberCount == 2)
        #expect(dismissed.kind == .dismiss && dismissed.detail == nil && dismissed.memberCount == nil)
    }

    @Test("a change of a tag of customers is read, and only a new order may be of no tag")
    func externalTag() throws {
        func tag(_ elements: String) throws -> ExternalTagChange? {
            guard case .externalTag(let change) = try event("<Event>change_external_tag</Event>" + elements) else {
                return nil
            }
            return change
        }
        let created = try tag("<Id>t</Id><TagType>tag_group</TagType><ChangeType>create</ChangeType>")
        #expect(created?.id == "t" && created?.isGroup == true && created?.kind == .create)
        let shuffled = try tag("<ChangeType>shuffle</ChangeType><StrategyId>9</StrategyId>")
        #expect(shuffled?.id == nil && shuffled?.strategyID == "9" && shuffled?.kind == .shuffle)
        #expect(try tag("<ChangeType>delete</ChangeType>") == nil)
    }
}
