// The same work in Node, kept in memory only: verify, decrypt, parse, 200. Keys come from the environment; it prints its
// port and ends with its input.
import { createServer } from 'node:http'
import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'

const { corp_id: corpID, token, aes_key: encodedKey } = process.env
const key = Buffer.from(encodedKey + '=', 'base64')
const kept = new Map()

// No parser, only a search: what a Node program in a hurry would do.
function element(text, name) {
  const start = text.indexOf(`<${name}>`)
  if (start < 0) return null
  const value = text.slice(start + name.length + 2, text.indexOf(`</${name}>`, start))
  return value.startsWith('<![CDATA[') ? value.slice(9, -3) : value
}

function open(url, body) {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1))
  const encrypted = element(body, 'Encrypt')
  const parts = [token, query.get('timestamp'), query.get('nonce'), encrypted].sort()
  const right = createHash('sha1').update(parts.join('')).digest('hex')
  const given = query.get('msg_signature') ?? ''
  if (given.length !== right.length || !timingSafeEqual(Buffer.from(given), Buffer.from(right))) return null
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const plain = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()])
  const content = plain.subarray(0, plain.length - plain[plain.length - 1])
  const end = 20 + content.readUInt32BE(16)
  if (content.subarray(end).toString() !== corpID) return null
  const document = content.subarray(20, end).toString()
  const names = ['ToUserName', 'FromUserName', 'CreateTime', 'MsgType', 'Content', 'MsgId', 'AgentID']
  return Object.fromEntries(names.map((name) => [name, element(document, name)]))
}

const server = createServer((request, response) => {
  const pieces = []
  request.on('data', (piece) => pieces.push(piece))
  request.on('end', () => {
    const message = open(request.url, Buffer.concat(pieces).toString())
    const isNew = message && !kept.has(message.MsgId)
    if (isNew) kept.set(message.MsgId, message)
    response.writeHead(message ? 200 : 403, { 'Content-Length': 0 }).end()
  })
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.stdin.on('end', () => process.exit(0)).resume()
