extension ErrorCode {
    /// One code, with its meaning.
    struct Row: Sendable {
        let number: Int64
        /// In words, for people.
        let meaning: String
        let kind: Kind
        /// The remedy, as an order.
        let remedy: String

        fileprivate init(_ number: Int64, _ meaning: String, _ kind: Kind, _ remedy: String) {
            self.number = number
            self.meaning = meaning
            self.kind = kind
            self.remedy = remedy
        }
    }

    /// Tells what WeCom wants before it answers an address that it does not trust.
    static func trusting(_ address: String) -> String {
        "add \(address) to 企业可信IP in WeCom's console (应用管理, the app), or set proxy or api_base_url to something that "
            + "has a listed address"
    }

    /// Every code that a self-built app or an AI bot is known to meet, by number.
    static let table: [Row] = [
        Row(-1, "system busy", .retry, "try again later"),
        Row(6000, "another changed the same data at the same time", .retry, "try again after a pause"),
        Row(
            40001, "bad corp_secret, or the app is disabled", .config,
            "check corp_secret, in WeCom's console under 应用管理, the app, Secret"),
        Row(40003, "bad UserID", .recipient, "check the user's id"),
        Row(40004, "bad media file type", .payload, "send a file of a type that WeCom takes"),
        Row(40005, "bad media type parameter", .payload, "use image, voice, video or file"),
        Row(
            40006, "bad file size", .payload,
            "keep to WeCom's sizes: more than 5 bytes, images and videos 10 MB, voice 2 MB, files 20 MB"),
        Row(
            40007, "bad media_id: expired after 3 days, or of another type", .payload,
            "upload the file again, as the type that the message has"),
        Row(40008, "bad msgtype", .payload, "use one of WeCom's message types"),
        Row(40009, "bad image size", .payload, "make the image smaller: 10 MB at most"),
        Row(40011, "bad video size", .payload, "make the video smaller: 10 MB at most"),
        Row(40013, "bad CorpID", .config, "check corp_id"),
        Row(40014, "bad access_token", .token, "fetch another token"),
        Row(40016, "wrong number of menu buttons", .payload, "put one to three buttons into the menu"),
        Row(40031, "bad UserID list", .recipient, "check that the users exist and are in the app's visible range"),
        Row(40032, "UserID list too long (1000)", .payload, "name at most 1000 users in one call"),
        Row(40033, "illegal characters", .payload, "take control characters out of the text"),
        Row(
            40035, "bad parameter", .payload,
            "give strings and lists where WeCom wants them, and at least one recipient"),
        Row(40039, "URL too long (1024 B)", .payload, "shorten the URL to 1024 bytes"),
        Row(40050, "chatid does not exist", .recipient, "make the group anew, or drop it"),
        Row(40056, "bad agentid", .config, "check agent_id and corp_secret: both must be of the same app"),
        Row(
            40057, "callback URL invalid or not verified", .config,
            "set the app's callback URL in WeCom's console, under 接收消息, and have it verified"),
        Row(
            40058, "bad parameter: malformed, too long or missing", .payload,
            "correct the parameter that WeCom's words name; only the app that sent a message can recall it"),
        Row(40063, "a parameter is empty", .payload, "fill the parameter"),
        Row(40066, "bad department list", .recipient, "check the department ids"),
        Row(40068, "bad tag id", .recipient, "check the tag ids"),
        Row(
            40070, "nobody in the given range is valid", .recipient,
            "check the recipients and the app's visible range"),
        Row(40074, "news cannot be confidential", .payload, "leave safe out, or send mpnews"),
        Row(
            40091, "corp_secret invalid, perhaps of another corp", .config,
            "check corp_secret, in WeCom's console under 应用管理, the app, Secret"),
        Row(40123, "uploaded image is not a valid image", .payload, "send a JPG or PNG that opens"),
        Row(
            40201, "blocked by anti-spam: sensitive content", .permanent,
            "do not send it again: WeCom holds its content back"),
        Row(40204, "WeChat anti-spam", .permanent, "do not send it again: WeChat holds its content back"),
        Row(40206, "request body too large", .payload, "make the message smaller"),
        Row(41001, "access_token missing", .token, "fetch another token"),
        Row(41002, "corpid missing", .config, "set corp_id"),
        Row(41004, "secret missing", .config, "set corp_secret"),
        Row(41006, "media_id missing", .payload, "name the uploaded file"),
        Row(41009, "userid missing", .payload, "name the user"),
        Row(41011, "agentid missing", .payload, "name the app"),
        Row(41016, "title missing", .payload, "set a title"),
        Row(41033, "textcard description missing", .payload, "set a description"),
        Row(42001, "access_token expired", .token, "fetch another token"),
        Row(42014, "bad task_id", .payload, "use at most 128 bytes of letters, digits, _, - and @"),
        Row(42015, "the card was sent by another app", .config, "update it through the app that sent it"),
        Row(42016, "task_id to update does not exist", .permanent, "send another card instead"),
        Row(42017, "button key does not exist", .payload, "use a key that one of the buttons has"),
        Row(42018, "bad button key", .payload, "use a key of at most 1024 bytes"),
        Row(42019, "button key missing", .payload, "give every button a key"),
        Row(42020, "button name missing", .payload, "give every button a text"),
        Row(42027, "card: horizontal_content_list.keyname missing", .payload, "give every row its keyname"),
        Row(
            42028, "card: url missing (card_action, horizontal_content_list, jump_list)", .payload,
            "set a url wherever type is 1"),
        Row(42029, "card: horizontal_content_list.media_id missing", .payload, "set media_id wherever type is 2"),
        Row(42030, "card: appid missing", .payload, "set appid wherever type is 2"),
        Row(42031, "card: bad card_type", .payload, "use one of WeCom's five card types"),
        Row(42033, "card: title missing (vertical_content_list, jump_list)", .payload, "give every entry a title"),
        Row(42035, "card: horizontal_content_list length", .payload, "use at most 6 rows"),
        Row(42036, "card: vertical_content_list length", .payload, "use at most 4 entries"),
        Row(42037, "card: option_list length", .payload, "use 1 to 20 options for a vote, 1 to 10 elsewhere"),
        Row(42038, "card: button_list.text missing or bad", .payload, "give every button a text"),
        Row(42039, "card: button_list.key missing or bad", .payload, "give every button a key of its own"),
        Row(42040, "card: option_list.id missing or bad", .payload, "give every option an id of its own"),
        Row(42041, "card: option_list.text missing or bad", .payload, "give every option a text"),
        Row(42042, "card: jump_list length", .payload, "use at most 3 links"),
        Row(
            42043, "card: question_key missing or bad", .payload,
            "give every question a key of its own, of at most 1024 bytes"),
        Row(42044, "card: card_image.url missing or bad", .payload, "set the URL of the picture"),
        Row(42045, "card: card_action missing or bad", .payload, "set a card_action of type 1 or 2"),
        Row(42046, "card: submit_button.key missing or bad", .payload, "set the key of the submit button"),
        Row(42047, "card: select_list length", .payload, "use 1 to 3 questions"),
        Row(42049, "card: submit_button.text missing or bad", .payload, "set the text of the submit button"),
        Row(42050, "card: horizontal_content_list.userid missing or bad", .payload, "set userid wherever type is 3"),
        Row(42051, "card: action_list keys collide", .payload, "give every entry of the menu a key of its own"),
        Row(42052, "msgid expired: recall works for 24 hours", .permanent, "nothing: the message stays"),
        Row(
            43004, "member has not bound WeChat / plugin", .recipient,
            "have the member follow the corp's WeChat plugin"),
        Row(43009, "corp not verified", .config, "have the corp verified in WeCom's console"),
        Row(
            43012, "the app has no callback URL, which interactive cards need", .config,
            "set the app's callback URL in WeCom's console, under 接收消息"),
        Row(44001, "media file empty", .payload, "send a file of more than 5 bytes"),
        Row(
            44004, "text content empty, or too large for a bot's answer", .payload,
            "send text that is not empty, and of at most 20480 bytes where a bot answers"),
        Row(45001, "media file too large", .payload, "make the file smaller"),
        Row(45002, "content too long", .payload, "split the text: 2048 bytes a message"),
        Row(45007, "voice longer than 60 s", .payload, "shorten the recording, or send it as a file"),
        Row(45008, "more than 8 articles", .payload, "send at most 8 articles in one message"),
        Row(
            45009, "called too often, or the address is blocked for wrong secrets", .rate,
            "it called too often: it goes on by itself; a wrong corp_secret causes this, too"),
        Row(45024, "account quota of the corp is used up", .config, "extend the corp's quota in WeCom's console"),
        Row(45029, "answer too large", .payload, "ask for less at once"),
        Row(
            45031, "secret not safe enough, must be reset", .config,
            "reset the Secret in WeCom's console under 应用管理, the app, and set corp_secret"),
        Row(45032, "author longer than 64 B", .payload, "shorten the author to 64 bytes"),
        Row(45033, "too many calls at once", .rate, "too many calls ran at once: it goes on by itself"),
        Row(45034, "URL lacks scheme", .payload, "begin the URL with http:// or https://"),
        Row(46004, "user does not exist", .recipient, "leave this person out"),
        Row(
            48001, "the corp has no permission for this API", .config,
            "have an administrator grant the API to the corp"),
        Row(
            48002, "the app has no permission for this API", .config,
            "the app may not call this API: check its kind and its visible range in WeCom's console"),
        Row(48004, "the authorisation is invalid", .config, "authorise the app again"),
        Row(48005, "WeCom withdrew this API", .permanent, "use another API"),
        Row(
            48006, "the app's permission was taken back because it was long unused", .config,
            "have an administrator enable the app again in WeCom's console"),
        Row(48007, "KF account not granted", .config, "grant the account to the app in WeCom's console, under 微信客服"),
        Row(
            48009, "address-book details are closed to new addresses", .config,
            "use the secret of an app, not that of the address book"),
        Row(49008, "group was dissolved", .recipient, "drop the group"),
        Row(
            50001, "redirect URL not a trusted domain", .config,
            "set the app's trusted domain (可信域名) in WeCom's console"),
        Row(
            50002, "member outside the permission range", .recipient,
            "put the member into the app's visible range, or leave them out"),
        Row(50003, "app disabled", .config, "the app is disabled: enable it in WeCom's console under 应用管理"),
        Row(60003, "department does not exist", .recipient, "leave this department out"),
        Row(
            60011, "no permission for this member, department or tag", .recipient,
            "put them into the app's visible range, or leave them out"),
        Row(60020, "the calling address is not trusted", .config, trusting("the address this server goes out from")),
        Row(
            60021, "userid outside visible range", .recipient,
            "put the member into the app's visible range, or leave them out"),
        Row(60030, "beyond visible range", .recipient, "keep to the app's visible range"),
        Row(
            60031, "the app may not call APIs", .config,
            "the app may not call this API: check its kind and its visible range in WeCom's console"),
        Row(60111, "UserID does not exist", .recipient, "leave this person out"),
        Row(60123, "bad department id", .recipient, "leave this department out"),
        Row(60140, "response_code is wrong, used or expired", .permanent, "send a new message instead"),
        Row(60206, "message type is only for third-party apps", .payload, "use another message type"),
        Row(60207, "third-party apps may send template messages only", .config, "use the secret of a self-built app"),
        Row(
            60208, "third-party apps may not use @all, toparty and totag", .config,
            "use the secret of a self-built app"),
        Row(
            80001, "trusted domain wrong or without ICP filing", .config,
            "have the trusted domain (可信域名) set and filed"),
        Row(81011, "the tag was made by another app", .config, "use the app that made the tag"),
        Row(81012, "range missing", .payload, "name the range"),
        Row(
            81013, "no user, department or tag of the message is valid or within the app's visible range", .recipient,
            "check that they exist and are in the app's visible range"),
        Row(81017, "request count over limit", .payload, "split the request"),
        Row(81026, "function under maintenance", .retry, "try again later"),
        Row(82001, "all recipients empty", .payload, "name at least one recipient"),
        Row(82002, "more than 100 departments", .payload, "name at most 100 departments"),
        Row(82003, "more than 100 tags", .payload, "name at most 100 tags"),
        Row(82004, "content may crash clients", .payload, "take odd characters out of it; it is not sent again"),
        Row(82101, "update target empty", .payload, "name for whom the card changes"),
        Row(
            82102, "update target was not among the recipients", .recipient,
            "update the card only for those who got it"),
        Row(85002, "forbidden words", .permanent, "do not send it again: WeCom forbids words in it"),
        Row(85005, "trusted domain not proved", .config, "have the trusted domain (可信域名) proved"),
        Row(86001, "bad chatid", .payload, "use 1 to 32 letters and digits"),
        Row(86003, "chatid does not exist", .recipient, "make the group anew, or drop it"),
        Row(86004, "bad group name", .payload, "use another name, of at most 50 characters"),
        Row(86005, "bad owner", .payload, "name a member of the group as its owner"),
        Row(86006, "too many or too few members", .payload, "give the group 2 to 2000 members"),
        Row(86007, "bad member", .recipient, "leave this member out"),
        Row(86008, "group was made by another app", .config, "use the app that made the group"),
        Row(86101, "only the group's owner may do this", .permanent, "have the owner do it"),
        Row(86201, "chatid missing", .payload, "name the group"),
        Row(86204, "members missing", .payload, "name the members"),
        Row(86205, "chatid too long (32)", .payload, "use at most 32 letters and digits"),
        Row(86207, "owner not in list", .payload, "put the owner among the members"),
        Row(86215, "chat id exists already", .permanent, "use the group there is, or another id"),
        Row(86216, "bad member id in session", .recipient, "leave this member out"),
        Row(86217, "sender not in session", .payload, "put the sender into the group"),
        Row(86220, "bad session parameter", .payload, "correct the parameter that WeCom's words name"),
        Row(90200, "mini-program appid missing", .payload, "set the mini-program's appid"),
        Row(90201, "more than 10 content_item", .payload, "use at most 10 items"),
        Row(90202, "key length", .payload, "use at most 10 Chinese characters"),
        Row(90203, "value length", .payload, "use at most 30 Chinese characters"),
        Row(90204, "bad page", .payload, "use a page that the mini-program has"),
        Row(
            90206, "mini-program not linked to the corp", .config,
            "link the mini-program to the corp in WeCom's console"),
        Row(90207, "bad appid", .payload, "check the mini-program's appid"),
        Row(90208, "appid mismatch", .config, "use the mini-program that the app is bound to"),
        Row(
            92000, "member outside visible range", .recipient,
            "put the member into the app's visible range, or leave them out"),
        Row(
            93000, "group robot: bad URL or robot removed", .config,
            "make another robot: an app does not send through it"),
        Row(
            93001, "the bot may not write to this chat", .recipient,
            "have somebody write to the bot there first; in a group it must be a member"),
        Row(93006, "bad chat id", .recipient, "use the id as it was received: capitals count"),
        Row(93008, "the bot is not in the group", .recipient, "have the bot added to the group"),
        Row(93017, "the message is empty", .payload, "send text that is not empty"),
        Row(93018, "the picture is too large", .payload, "send it as a file"),
        Row(93019, "bad bot id", .config, "check bot_id: copy it from the bot's page in WeCom"),
        Row(95000, "KF: bad open_kfid", .config, "check the open_kfid"),
        Row(95001, "KF: more than 5 messages since the customer's last", .rate, "wait for the customer to write"),
        Row(95002, "KF: 48 h window over", .permanent, "wait for the customer to write"),
        Row(95004, "KF: open_kfid does not exist", .config, "check the open_kfid"),
        Row(95007, "KF: bad sync token", .payload, "call without the token"),
        Row(95013, "KF: session ended", .permanent, "wait for the customer to write"),
        Row(95016, "KF: state change not allowed", .permanent, "leave the session as it is"),
        Row(95017, "KF: API switch is off", .config, "switch the API on in WeCom's console, under 微信客服"),
        Row(95018, "KF: session state forbids sending", .permanent, "wait for another state of the session"),
        Row(
            95030, "KF: message type forbidden by setting", .payload,
            "use a message type that the account's settings allow"),
        Row(
            301_002, "the token is of another app than agentid", .config,
            "check agent_id and corp_secret: both must be of the same app"),
        Row(
            301_007, "corp unusable, dissolved or banned", .config,
            "nothing can be sent for this corp: ask WeCom's support"),
        Row(301_016, "voice file not acceptable", .payload, "convert the recording to AMR"),
        Row(301_017, "voice must be AMR", .payload, "convert the recording to AMR"),
        Row(301_019, "bad file md5", .payload, "send the file's MD5"),
        Row(301_039, "bad request parameter", .payload, "correct the parameter that WeCom's words name"),
        Row(
            301_042, "the calling address is not on the list", .config,
            trusting("the address this server goes out from")),
        Row(
            600_039, "the bot may not write to the group unasked", .recipient,
            "have somebody in the group mention the bot, and answer that"),
        Row(701_008, "no licensed interop user", .recipient, "give the user a licence, or leave them out"),
        Row(701_099, "no valid interface licence", .recipient, "give the user a licence, or leave them out"),
        Row(830_001, "upload_by_url: bad URL", .payload, "check the URL"),
        Row(830_002, "download too large, use Range", .retry, "ask for ranges of at most 20 MB"),
        Row(830_003, "upload_by_url: fetch failed", .retry, "try again later"),
        Row(
            846_000, "the app is neither a hosted nor a third-party one", .config,
            "use the secret of a self-built app"),
        Row(846_601, "the bot's connection is not ready", .retry, "it connects again and goes on by itself"),
        Row(846_602, "the bot's connection is not ready", .retry, "it connects again and goes on by itself"),
        Row(
            846_605, "the message can no longer be answered: it came over another connection, or was an event",
            .permanent,
            "the rest goes as a message of its own"),
        Row(
            846_608, "the stream is too old to be written to", .permanent, "the rest goes as a message of its own"),
        Row(
            846_609, "the bot's connection is not subscribed any more", .retry,
            "it connects again and goes on by itself"),
        Row(
            853_000, "bad bot id or secret", .config,
            "copy Bot ID and Secret of the same bot again from its page in WeCom, with the long connection chosen there: "
                + "Token and EncodingAESKey are of the other mode"),
    ]
}
