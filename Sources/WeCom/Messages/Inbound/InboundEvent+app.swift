package import System
import XML

/// A notice of WeCom to the owner of an app.
package enum AppNotice: Sendable, Equatable {
    /// The app, or the chain of corps that it is shared in, has changed.
    case shareChanged
    case chainChanged
    /// The app will be closed or limited at that time, since nobody uses it.
    case inactiveAlert(Timestamp?)
    case lowActiveAlert(Timestamp?)
    /// It is closed: calls fail with errcode 48006.
    case closedForInactivity
    case reopened
    case lowActive
    case activeRestored
    case adminsChanged
    case workbenchMode(isCustom: Bool?)
    /// Somebody without a licence for the interface has used the app.
    case unlicensed
    case mediaUploaded(jobID: String)
    case liveStream(id: String, status: Int64?)
    /// Archived conversations wait to be fetched.
    case messageAudit

    var name: InboundEvent.Name {
        switch self {
        case .shareChanged: .shareAgentChange
        case .chainChanged: .shareChainChange
        case .inactiveAlert: .inactiveAlert
        case .lowActiveAlert: .lowActiveAlert
        case .closedForInactivity: .closeInactiveAgent
        case .reopened: .reopenInactiveAgent
        case .lowActive: .lowActive
        case .activeRestored: .activeRestored
        case .adminsChanged: .changeAppAdmin
        case .workbenchMode: .switchWorkbenchMode
        case .unlicensed: .unlicensedNotify
        case .mediaUploaded: .uploadMediaJobFinish
        case .liveStream: .livingStatusChange
        case .messageAudit: .messageAudit
        }
    }
}

extension AppNotice {
    init?(_ name: InboundEvent.Name, _ root: XMLElement) {
        let notice: AppNotice? =
            switch name {
            case .shareAgentChange: .shareChanged
            case .shareChainChange: .chainChanged
            case .inactiveAlert: .inactiveAlert(root.time("EffectTime"))
            case .lowActiveAlert: .lowActiveAlert(root.time("EffectTime"))
            case .closeInactiveAgent: .closedForInactivity
            case .reopenInactiveAgent: .reopened
            case .lowActive: .lowActive
            case .activeRestored: .activeRestored
            case .changeAppAdmin: .adminsChanged
            case .switchWorkbenchMode: .workbenchMode(isCustom: root.integer("Mode").map { $0 == 1 })
            case .unlicensedNotify: .unlicensed
            case .uploadMediaJobFinish: root.value("JobId").map { .mediaUploaded(jobID: $0) }
            case .livingStatusChange:
                root.value("LivingId").map { .liveStream(id: $0, status: root.integer("Status")) }
            case .messageAudit: .messageAudit
            default: nil
            }
        guard let notice else { return nil }
        self = notice
    }
}
