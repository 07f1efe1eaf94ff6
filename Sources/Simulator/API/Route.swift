import HTTP

/// The calls of the API that we play.
enum Route: String {
    case getToken = "gettoken"
    case send = "message/send"
    case recall = "message/recall"
    case updateCard = "message/update_template_card"
    case upload = "media/upload"
    case getMedia = "media/get"
    case agent = "agent/get"
    case user = "user/get"
    case briefMembers = "user/simplelist"
    case members = "user/list"
    case plainUsers = "batch/openuserid_to_userid"
    case departments = "department/simplelist"
    case department = "department/get"
    case departmentList = "department/list"
    case tags = "tag/list"
    case tag = "tag/get"
    case callbackAddresses = "getcallbackip"
    case apiAddresses = "get_api_domain_ip"
    /// The address that came with a message to a bot, for one answer.
    case botResponse = "aibot/response"

    init?(_ path: String) { self.init(rawValue: path) }

    var method: HTTPMethod {
        switch self {
        case .send, .recall, .updateCard, .upload, .botResponse, .plainUsers: .post
        default: .get
        }
    }

    /// The name that orders of faults have for it.
    var call: Faults.Call {
        switch self {
        case .getToken: .gettoken
        case .send: .send
        case .recall: .recall
        case .updateCard: .updateCard
        case .upload: .upload
        case .getMedia: .media
        case .agent: .agent
        case .user, .briefMembers, .members, .plainUsers, .departments, .department, .departmentList, .tags, .tag:
            .contacts
        case .callbackAddresses, .apiAddresses: .addresses
        case .botResponse: .botResponse
        }
    }
}
