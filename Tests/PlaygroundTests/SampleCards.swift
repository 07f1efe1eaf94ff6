import Crypto
import JSON

/// A card of each type with all its parts; their tasks are others each time.
enum SampleCards {
    static var all: [JSONValue] { [text, news, buttons, vote, choices] }

    private static var task: JSONValue { .string("task-\(randomBytes(6).map { String($0) }.joined())") }

    static var text: JSONValue {
        [
            "card_type": "text_notice", "source": ["desc": "运营日报"],
            "main_title": ["title": "昨日结算", "desc": "截至 00:00 · 集团合计"],
            "emphasis_content": ["title": "1,284,306", "desc": "成功笔数"], "sub_title_text": "较前日 +3.1%，失败率 0.02%",
            "horizontal_content_list": [
                ["keyname": "失败", "value": "257 笔"],
                ["keyname": "负责人", "type": 3, "userid": "lisi", "value": "李思"],
            ],
            "jump_list": [["type": 1, "title": "查看报表", "url": "https://example.com/report"]],
            "card_action": ["type": 1, "url": "https://example.com"],
        ]
    }

    static var news: JSONValue {
        [
            "card_type": "news_notice", "source": ["desc": "行政中心"],
            "main_title": ["title": "秋季登山活动报名", "desc": "11 月 8 日 · 香山北门集合"],
            "card_image": ["url": "https://example.com/hill.png", "aspect_ratio": .number(2.25)],
            "vertical_content_list": [["title": "路线", "desc": "北门 → 双清 → 香炉峰，约 3 小时"]],
            "card_action": ["type": 1, "url": "https://example.com"],
        ]
    }

    static var buttons: JSONValue {
        [
            "card_type": "button_interaction", "source": ["desc": "代码助手 · 需要确认"], "task_id": task,
            "main_title": ["title": "要运行一条命令", "desc": "影响工作目录，不访问网络"],
            "quote_area": ["title": "命令", "quote_text": "git tag -a v1.5.0 -F NOTES.md"],
            "horizontal_content_list": [
                ["keyname": "目录", "value": "deploy/"], ["keyname": "有效期", "value": "10 分钟内回答，否则按拒绝处理"],
            ],
            "button_list": [
                ["text": "允许一次", "style": 1, "key": "once"], ["text": "本会话都允许", "style": 2, "key": "session"],
                ["text": "拒绝", "style": 4, "key": "deny"],
            ],
        ]
    }

    /// A bot's card, as it is and as it stands after a press.
    static func asked(pressed: Bool) -> JSONValue {
        let members: [JSONValue.Member] = [
            .init("card_type", "button_interaction"), .init("task_id", "task-of-bot"),
            .init("main_title", ["title": "要发布吗？"]),
            .init(
                "button_list", [["text": "发布", "style": 1, "key": "yes"], ["text": "不发布", "style": 2, "key": "no"]]),
        ]
        return .object(members + (pressed ? [.init("replace_text", "已发布")] : []))
    }

    static var vote: JSONValue {
        [
            "card_type": "vote_interaction", "source": ["desc": "团队投票"], "task_id": task,
            "main_title": ["title": "周会改到哪天？", "desc": "可多选，周五 18:00 截止"],
            "checkbox": [
                "question_key": "day", "mode": 1,
                "option_list": [
                    ["id": "tue", "text": "周二 10:00", "is_checked": true],
                    ["id": "wed", "text": "周三 14:00", "is_checked": false],
                    ["id": "thu", "text": "周四 16:00", "is_checked": true],
                ],
            ], "submit_button": ["text": "提交", "key": "submit"],
        ]
    }

    static var choices: JSONValue {
        [
            "card_type": "multiple_interaction", "source": ["desc": "工单"], "task_id": task,
            "main_title": ["title": "请补充工单信息", "desc": "INC-20481 · 登录缓慢"],
            "select_list": [
                [
                    "question_key": "scope", "title": "影响范围",
                    "option_list": [["id": "all", "text": "全公司"], ["id": "team", "text": "本部门"]],
                ],
                [
                    "question_key": "urgency", "title": "紧急程度", "selected_id": "p2",
                    "option_list": [["id": "p1", "text": "P1 立即"], ["id": "p2", "text": "P2 当天"]],
                ],
            ], "submit_button": ["text": "确认", "key": "submit"],
        ]
    }
}
