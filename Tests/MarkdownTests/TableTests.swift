import Testing

@Suite struct TableTests {
    @Test("a narrow table stands in columns, in which Chinese takes two places")
    func narrow() {
        expect(
            """
            | 方案 | 耗时 | 风险 |
            |:-----|----:|:----:|
            | 蓝绿 | 5 分钟 | 低 |
            | 滚动更新 | 12 | **中** |
            """,
            wecom: """
                **方案**     |   **耗时** | **风险**
                ---------+--------+-----
                蓝绿     | 5 分钟 |  低
                滚动更新 |     12 |  **中**
                """,
            plain: """
                方案     |   耗时 | 风险
                ---------+--------+-----
                蓝绿     | 5 分钟 |  低
                滚动更新 |     12 |  中
                """)
    }

    @Test("a table too wide for a chat becomes records, which leave out what is empty")
    func wide() {
        expect(
            """
            Component | Version | What to do before and after the upgrade
            --- | --- | ---
            PostgreSQL | 15 | run `pg_upgrade --check`, then stop it<br>and start it
            Redis | | nothing at all, it is upgraded while it runs
            """,
            wecom: """
                **Component**: PostgreSQL
                **Version**: 15
                **What to do before and after the upgrade**: run `pg_upgrade --check`, then stop it / and start it

                **Component**: Redis
                **What to do before and after the upgrade**: nothing at all, it is upgraded while it runs
                """,
            plain: """
                Component: PostgreSQL
                Version: 15
                What to do before and after the upgrade: run pg_upgrade --check, then stop it / and start it

                Component: Redis
                What to do before and after the upgrade: nothing at all, it is upgraded while it runs
                """)
    }

    @Test("a table may follow the line that announces it, and text may follow the table")
    func neighbours() {
        expect(
            "价格如下：\n| 品名 | 价 |\n|---|--:|\n| 苹果 | 5 |\n以上。",
            wecom: "价格如下：\n\n**品名** | **价**\n-----+---\n苹果 |  5\n\n以上。",
            plain: "价格如下：\n\n品名 | 价\n-----+---\n苹果 |  5\n\n以上。")
    }

    @Test("rows with too few or too many cells, and dashes that were miscounted, are a table all the same")
    func uneven() {
        expect(
            "|a|b|c|\n|-|-|\n|1|\n|1|2|3|4|", wecom: "**a** | **b** | **c**\n--+---+--\n1 |   |\n1 | 2 | 3",
            plain: "a | b | c\n--+---+--\n1 |   |\n1 | 2 | 3")
    }

    @Test("a bar behind a backslash is part of its cell")
    func bars() {
        expect(
            "|a|b|\n|-|-|\n|x \\| y|`p\\|q`|", wecom: "**a**     | **b**\n------+----\nx | y | `p|q`",
            plain: "a     | b\n------+----\nx | y | p|q")
    }

    @Test("what only looks like a table is text", arguments: ["a | b\nc | d", "|a|b|\n|x|-|", "a\n|-|-|"])
    func noTable(text: String) {
        expect(text, both: text)
    }
}
