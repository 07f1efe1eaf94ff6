"""An app by wechatpy: token, messages, files, the address book, and what people send it."""

import io
import struct
import warnings
import zlib

from wechatpy.enterprise import WeChatClient
from wechatpy.exceptions import WeChatClientException

warnings.filterwarnings("ignore", category=DeprecationWarning, module="wechatpy")

CORP = "ww00000000000c1e75"
SECRET = "clientssecret0123456789clientssecret0123456"
AGENT = 1000002


def png():
    """A picture of one pixel."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0\0\0")) + chunk(b"IEND", b"")


def run(simulator, answerer, told):
    client = WeChatClient(CORP, SECRET)
    tokens(client, told)
    contacts(client, told)
    messages(client, simulator, told)
    files(client, simulator, told)
    callbacks(simulator, answerer, told)


def refused(code, call, *arguments):
    try:
        call(*arguments)
    except WeChatClientException as error:
        assert error.errcode == code, f"refused with {error.errcode}, not {code}: {error.errmsg}"
    else:
        raise AssertionError(f"nothing was refused; {code} was due")


def tokens(client, told):
    answer = client.fetch_access_token()
    assert answer["expires_in"] == 7200 and len(answer["access_token"]) > 16, answer
    told("fetches a token")
    refused(40001, WeChatClient(CORP, "nobody's").fetch_access_token)
    refused(40013, WeChatClient("ww0000000000000bad", SECRET).fetch_access_token)
    told("is refused with a wrong secret and a wrong corp")
    client.session.set(client.access_token_key, "long gone", 7200)
    assert client.agent.get(AGENT)["close"] == 0
    assert client.access_token != "long gone"
    told("fetches another token when one is refused, and goes on")


def contacts(client, told):
    user = client.user.get("zhangsan")
    assert user["name"] == "张三" and user["department"] == [2] and user["main_department"] == 2, user
    refused(60111, client.user.get, "maya")
    told("reads a member, and none beyond its visible range")
    departments = {one["id"]: one for one in client.department.get()}
    assert departments[3]["parentid"] == 2 and departments[2]["name"] == "平台部", departments
    assert [one["id"] for one in client.department.get(2)] == [2, 3]
    told("lists departments, all and a branch")
    assert [one["userid"] for one in client.department.get_users(2)] == ["LiSi", "zhangsan"]
    assert [one["name"] for one in client.user.list(3)] == ["李思"]
    assert client.department.get_map_users(2) == {"张三": "zhangsan", "李思": "LiSi"}
    told("lists the members of departments")
    assert client.tag.list() == [{"tagid": 7, "tagname": "oncall"}]
    tag = client.tag.get_users(7)
    assert [one["userid"] for one in tag["userlist"]] == ["zhangsan"] and tag["partylist"] == [3], tag
    told("lists tags, and who bears them")
    assert client.misc.get_wechat_ips() == ["127.0.0.1"]
    told("lists the addresses that callbacks come from")


def messages(client, simulator, told):
    answer = client.message.send_text(AGENT, ["zhangsan", "LiSi", "maya"], "你好，世界")
    assert answer["invaliduser"] == "maya" and answer["msgid"], answer
    simulator.wait_for(r"clients to zhangsan.*你好，世界")
    told("sends text, and is told who does not get it")
    client.message.send_text(AGENT, [], "给值班", tag_ids=["7"])
    simulator.wait_for(r"给值班")
    told("sends to a tag")
    client.message.send_markdown(AGENT, "zhangsan", "**bold** text")
    simulator.wait_for(r"bold")
    client.message.send_text_card(AGENT, "zhangsan", "领奖通知", "请领取", "https://example.com", "更多")
    simulator.wait_for(r"领奖通知")
    article = {"title": "文章", "description": "摘要", "url": "https://example.com", "image": "https://example.com/a.png"}
    client.message.send_articles(AGENT, "zhangsan", [article])
    simulator.wait_for(r"文章")
    told("sends markdown, a text card and articles")
    refused(81013, client.message.send_text, AGENT, ["nobody!"], "x")
    refused(301002, client.message.send_text, 1000003, ["zhangsan"], "x")
    told("is refused without a recipient, and as another app")


def files(client, simulator, told):
    picture = png()
    uploaded = client.media.upload("image", ("a.png", io.BytesIO(picture)))
    assert uploaded["type"] == "image", uploaded
    assert client.media.download(uploaded["media_id"]).content == picture
    told("uploads a picture, and downloads the same")
    client.message.send_image(AGENT, "zhangsan", uploaded["media_id"])
    simulator.wait_for(r"a\.png")
    text = client.media.upload("file", ("报告.txt", io.BytesIO("内容".encode() * 10)))
    client.message.send_file(AGENT, "zhangsan", text["media_id"])
    simulator.wait_for(r"报告\.txt")
    told("sends a picture and a file, whose name is Chinese")
    answer = client.media.download("no-such-media")
    assert answer.json()["errcode"] == 40007 and answer.headers["Error-Code"] == "40007", answer.content
    told("is told of a file that is not there")


def callbacks(simulator, answerer, told):
    simulator.type("clients: 早上好")
    message = answerer.next()
    assert (message.type, message.content, message.source, message.agent) == ("text", "早上好", "zhangsan", AGENT)
    told("opens what somebody writes")
    simulator.wait_for(r"clients to zhangsan.*收到：早上好")
    told("replies in the answer to the callback")
    simulator.type("clients: :location 23.134521,113.358803 广州")
    message = answerer.next()
    assert message.type == "location" and message.label == "广州" and message.location[0] == "23.134521", message
    simulator.type("clients: :enter")
    message = answerer.next()
    assert message.type == "event" and message.event == "enter_agent", message
    told("opens a place, and an event")
