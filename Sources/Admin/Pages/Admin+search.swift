import HTML
import HTTP
import JSON
import Pages
import Text

extension Admin {
    /// Leads from what somebody knows to where it is: a job, a delivery, a message, an app, or a person.
    func search(_ visit: Visit) async -> HTTPResponse {
        let words = visit.words
        guard let wanted = visit.field("q") else { return .seeOther("/admin/jobs") }
        if let place = await place(of: wanted) { return .seeOther(place) }
        return await frame(words("搜索", "Search"), visit) {
            empty(words("没有找到“\(wanted)”。", "Nothing was found for \"\(wanted)\".")) {
                tag(.p) {
                    words(
                        "可以查：j-… 任务、d-… 投递、六位失败编号、MsgId、应用名或 corp_id/agent_id、用户 ID。",
                        "It takes: a job j-…, a delivery d-…, the six digits of a failure, a MsgId, an app by name or corp_id/agent_id, a user id."
                    )
                }
            }
        }
    }

    private func place(of wanted: String) async -> String? {
        let digits = wanted.utf8.allSatisfy { (0x30...0x39).contains($0) }
        if wanted.begins(withAnyCaseOf: "j-") || digits && wanted.utf8.count == 6 {
            let job = try? await interface.get("/v1/jobs/\(percentEncoded(wanted))")
            if let id = job?["id"]?.string { return "/admin/jobs/\(id)" }
        }
        if wanted.begins(withAnyCaseOf: "d-") {
            let delivery = try? await interface.get("/v1/deliveries/\(percentEncoded(wanted))")
            if let job = delivery?["job"]?.string { return "/admin/jobs/\(job)" }
            if let delivery { return "/admin/deliveries" + query([("state", delivery.text(of: "state"))]) }
        }
        if digits, wanted.utf8.count >= 15 {
            let jobs = try? await interface.get("/v1/jobs", ["msgid": wanted, "limit": "2"])
            let found = jobs?.list(of: "jobs") ?? []
            return found.count == 1 ? "/admin/jobs/\(found[0].text(of: "id"))" : nil
        }
        if (try? await interface.get("/v1/jobs", ["app": wanted, "limit": "1"])) != nil {
            return "/admin/jobs" + query([("app", wanted)])
        }
        let jobs = try? await interface.get("/v1/jobs", ["user": wanted, "limit": "1"])
        guard let jobs, !jobs.list(of: "jobs").isEmpty || jobs["next"]?.string != nil else { return nil }
        return "/admin/jobs" + query([("user", wanted), ("since", "all")])
    }
}
