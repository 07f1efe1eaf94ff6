import Testing

/// A message of some type, as it is asked for and as it leaves: its fields stand in the order in which they are sent.
struct MessageSample: Sendable, CustomTestStringConvertible {
    let name: String
    /// `$image` and the like stand for what WeCom calls a file of that kind.
    let json: String

    var testDescription: String { name }

    init(_ name: String, _ json: String) {
        self.name = name
        self.json = json
    }

    static let buttons = MessageSample(
        "buttons",
        """
        {"touser":"u1","msgtype":"template_card","template_card":{"card_type":"button_interaction",
        "source":{"icon_url":"https://example.com/i.png","desc":"报销","desc_color":1},"task_id":"task-1",
        "main_title":{"title":"报销单","desc":"等待审批"},"sub_title_text":"三天内",
        "action_menu":{"desc":"更多","action_list":[{"text":"不再提醒","key":"mute"}]},
        "quote_area":{"type":1,"url":"https://example.com/q","title":"附言","quote_text":"请尽快"},
        "horizontal_content_list":[{"keyname":"金额","value":"100"},
        {"keyname":"单据","value":"查看","type":1,"url":"https://example.com/r"},
        {"keyname":"申请人","type":3,"userid":"u2"}],
        "card_action":{"type":1,"url":"https://example.com/"},
        "button_selection":{"question_key":"level","title":"级别","selected_id":"b",
        "option_list":[{"id":"a","text":"高"},{"id":"b","text":"低"}]},
        "button_list":[{"text":"同意","style":1,"key":"yes"},{"text":"拒绝","style":2,"key":"no"},
        {"type":1,"text":"详情","url":"https://example.com/d"}]}}
        """)
}

let everyType: [MessageSample] = [
    MessageSample(
        "text", #"{"touser":"u1","msgtype":"text","text":{"content":"hello"},"safe":0,"enable_id_trans":1}"#),
    MessageSample("markdown", ##"{"touser":"u1|u2","msgtype":"markdown","markdown":{"content":"# 标题"}}"##),
    MessageSample("image", #"{"touser":"u1","msgtype":"image","image":{"media_id":"$image"},"safe":1}"#),
    MessageSample("voice", #"{"touser":"u1","msgtype":"voice","voice":{"media_id":"$voice"}}"#),
    MessageSample(
        "video",
        #"{"touser":"u1","msgtype":"video","video":{"media_id":"$video","title":"片","description":"一分钟"}}"#),
    MessageSample("file", #"{"touser":"u1","msgtype":"file","file":{"media_id":"$file"},"safe":1}"#),
    MessageSample(
        "textcard",
        """
        {"touser":"u1","msgtype":"textcard","textcard":{"title":"通知","description":"<div class=\\"gray\\">今天</div>",
        "url":"https://example.com/","btntxt":"更多"}}
        """),
    MessageSample(
        "news",
        """
        {"touser":"u1","msgtype":"news","news":{"articles":[{"title":"一","description":"二","url":"https://example.com/",
        "picurl":"https://example.com/p.png"},{"title":"三","appid":"wx1","pagepath":"pages/index"}]}}
        """),
    MessageSample(
        "mpnews",
        """
        {"touser":"u1","msgtype":"mpnews","mpnews":{"articles":[{"title":"一","thumb_media_id":"$image","author":"我们",
        "content_source_url":"https://example.com/","content":"<p>二</p>","digest":"三"}]},"safe":2}
        """),
    MessageSample(
        "miniprogram_notice",
        """
        {"touser":"u1","msgtype":"miniprogram_notice","miniprogram_notice":{"appid":"wx1","page":"pages/index",
        "title":"会议室预订成功","description":"4月27日 16:16","emphasis_first_item":true,
        "content_item":[{"key":"会议室","value":"402"}]}}
        """),
    MessageSample.buttons,
    MessageSample(
        "text_notice",
        """
        {"touser":"u1","msgtype":"template_card","template_card":{"card_type":"text_notice",
        "main_title":{"title":"欢迎","desc":"您好"},"emphasis_content":{"title":"100","desc":"核心数据"},
        "sub_title_text":"下载企业微信","jump_list":[{"type":1,"url":"https://example.com/","title":"官网"},{"title":"说明"}],
        "card_action":{"type":2,"appid":"wx1","pagepath":"pages/index"}}}
        """),
    MessageSample(
        "news_notice",
        """
        {"touser":"u1","msgtype":"template_card","template_card":{"card_type":"news_notice","main_title":{"title":"欢迎"},
        "image_text_area":{"type":1,"url":"https://example.com/","title":"左图右文","desc":"样式",
        "image_url":"https://example.com/p.png"},"card_image":{"url":"https://example.com/p.png","aspect_ratio":1.5},
        "vertical_content_list":[{"title":"惊喜红包","desc":"等你来拿"}],
        "card_action":{"type":1,"url":"https://example.com/"}}}
        """),
    MessageSample(
        "vote_interaction",
        """
        {"touser":"u1","msgtype":"template_card","template_card":{"card_type":"vote_interaction","task_id":"task-2",
        "main_title":{"title":"投票"},"checkbox":{"question_key":"q","mode":1,"option_list":[
        {"id":"a","text":"甲","is_checked":true},{"id":"b","text":"乙","is_checked":false}]},
        "submit_button":{"text":"提交","key":"submit"}}}
        """),
    MessageSample(
        "multiple_interaction",
        """
        {"touser":"u1","msgtype":"template_card","template_card":{"card_type":"multiple_interaction","task_id":"task-3",
        "main_title":{"title":"选择"},"select_list":[{"question_key":"q1","title":"一","selected_id":"a",
        "option_list":[{"id":"a","text":"甲"}]},{"question_key":"q2","option_list":[{"id":"a","text":"甲"}]}],
        "submit_button":{"text":"提交","key":"submit"}}}
        """),
]
