import Testing

@Suite struct EnglishAnswerTests {
    @Test("an answer in English reads well in both forms")
    func answer() {
        expect(source, wecom: wecom, plain: plain)
    }

    private let source = #"""
        Sure! Here's how to fix the **race condition** in `Cache.swift`:

        ### 1. Root cause

        The *lock* is released before `store(_:)` returns, so two writers may interleave.
        See [the docs][docs] and [issue #42](https://github.com/org/repo/issues/42 "Issue").

        - First point with a long explanation that
          continues on the next line.

        - Second point:

          ```swift
          let x = cache.lock { $0 }
          ```

        - [x] done
        - [ ] not **done** yet

        Setext title
        ------------

        > Quote line one
        lazy line

        Some `<a href="x">` HTML: <a href="https://evil">click</a> and <div class="x">.

            indented code
              more

        2*3*4 = 24, snake_case_name, __init__ and a\*b\* &amp; &lt;tag&gt; &#20013; [INFO]: started

        * * *

        Done -- thanks.

        [docs]: https://docs.example.com/cache
        """#

    private let wecom = #"""
        Sure! Here's how to fix the **race condition** in `Cache.swift`:

        ### 1. Root cause
        The lock is released before `store(_:)` returns, so two writers may interleave.
        See [the docs](https://docs.example.com/cache) and [issue #42](https://github.com/org/repo/issues/42).

        • First point with a long explanation that
        　continues on the next line.

        • Second point:

        ```swift
        let x = cache.lock { $0 }
        ```

        ☑ done

        ☐ not **done** yet

        ## Setext title
        > Quote line one
        > lazy line

        Some `<a href="x">` HTML: <a href="https://evil">click</a> and <div class="x">.

        ```
        indented code
          more
        ```

        2*3*4 = 24, snake_case_name, __init__ and a*b* & <tag> 中 [INFO]: started

        ----------

        Done -- thanks.
        """#

    private let plain = #"""
        Sure! Here's how to fix the race condition in Cache.swift:

        1. Root cause

        The lock is released before store(_:) returns, so two writers may interleave.
        See the docs (https://docs.example.com/cache) and issue #42 (https://github.com/org/repo/issues/42).

        • First point with a long explanation that
          continues on the next line.

        • Second point:

        let x = cache.lock { $0 }

        ☑ done

        ☐ not done yet

        Setext title

        > Quote line one
        > lazy line

        Some ＜a href="x"> HTML: ＜a href="https://evil">click</a> and <div class="x">.

        indented code
          more

        2*3*4 = 24, snake_case_name, __init__ and a*b* & <tag> 中 [INFO]: started

        ----------

        Done -- thanks.
        """#
}
