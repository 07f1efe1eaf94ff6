/// The least a server needs: one app, whose WeCom nobody plays.
let smallConfiguration = """
    server: { host: 127.0.0.1, port: 0 }
    management: { port: 0 }
    agents:
      helper: { kind: echo }
    apps:
      - name: dept-a
        corp_id: ww0000000000000001
        agent_id: 1000002
        corp_secret: not-a-real-secret
        token: QDG6eK
        encoding_aes_key: jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C
        allow_all_users: true
        api_base_url: http://127.0.0.1:1
    """
