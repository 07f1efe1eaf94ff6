/// Something that happened to an app or a bot, in the corp, or in a chat with a customer.
///
/// What a person would want to know of each is typed; the rest of its document is not kept. An event that lacks what it
/// is about is `unknown`, as is one that we have not heard of.
package enum InboundEvent: Sendable, Equatable {
    /// A member can use the app from now on, or no longer.
    case subscribe
    case unsubscribe
    /// A person has opened the chat with the app.
    case enterAgent
    /// The place of a person who has opened the chat, and how exact that is in metres.
    case location(InboundMessage.Coordinates, precision: Double?)
    case menu(MenuChoice)
    case templateCard(CardClick)
    /// A button of a card of the old kind.
    case taskCardClick(key: String, taskID: String?)
    case openApproval(OpenApproval)
    case systemApproval(SystemApproval)
    case contact(ContactChange)
    case externalContact(ExternalContactChange)
    case externalChat(ExternalChatChange)
    case externalTag(ExternalTagChange)
    /// Something about a link that customers are won with.
    case customerAcquisition(change: String?)
    /// Messages of customers wait to be fetched.
    case customerServiceMessages(CustomerServiceBell)
    case customerServiceAccounts(added: [String], removed: [String])
    case batchJob(BatchJobResult)
    case app(AppNotice)
    case bot(BotEvent)
    /// One that WeCom documents and that nobody here reads.
    case other(Name)
    /// One that we have not heard of, or that lacks what it is about: its name, with the kind of change where it has
    /// one, and the names of its elements.
    case unknown(name: String, fields: [String])
}

/// An address-book job of ours is done.
package struct BatchJobResult: Sendable, Equatable {
    package let jobID: String
    /// `sync_user`, `replace_user`, `invite_user` or `replace_party`.
    package let jobType: String?
    package let code: ErrorCode?
    package let message: String?
}

/// A bell of WeCom KF (微信客服): it says where messages wait, not what they say.
package struct CustomerServiceBell: Sendable, Equatable {
    /// `open_kfid`: the account that customers write to.
    package let account: String
    /// Makes fetching cheap, for ten minutes.
    package let token: String?
}
