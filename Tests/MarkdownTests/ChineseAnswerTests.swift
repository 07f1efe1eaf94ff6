import Testing

@Suite struct ChineseAnswerTests {
    @Test("an answer in Chinese reads well in both forms")
    func answer() {
        expect(source, wecom: wecom, plain: plain)
    }

    private let source = #"""
        # 部署方案对比

        **重点**：我们建议采用**“蓝绿发布”**后再切流量，*注意*回滚。~~旧方案~~已废弃。`kubectl` 必须是 **1.28+**版本。

        ## 步骤

        1. **准备环境**
           - 安装 `docker`
           - 配置 [镜像加速](https://mirror.example.com/docs)
             - 华东节点
        2. **执行脚本**：

           ```bash
           #!/bin/bash
           kubectl apply -f deploy.yaml   # 部署
             echo "done"
           ```
        3. 验证
          - 两格缩进的子项
          - [x] 已完成
          - [ ] 未完成

        > **提示**：操作前先备份。
        >
        > 详见[文档](https://example.com/docs?a=1&b=2)。
        > > 嵌套引用

        公式 $E = mc^2$ 与 \(a_1 + b_1\)：

        $$
        - x * y * z
        $$

        ##标题无空格
        请访问 https://example.com/path_a_b，或 <ops@example.com>。

        ---

        <font color="warning">警告：磁盘将满</font>

        ![架构图](https://example.com/a.png)
        """#

    private let wecom = #"""
        # 部署方案对比
        **重点**：我们建议采用**“蓝绿发布”**后再切流量，注意回滚。~~旧方案~~已废弃。`kubectl` 必须是 **1.28+**版本。

        ## 步骤
        1. **准备环境**
        　• 安装 `docker`
        　• 配置 [镜像加速](https://mirror.example.com/docs)
        　　• 华东节点
        2. **执行脚本**：

        ```bash
        #!/bin/bash
        kubectl apply -f deploy.yaml   # 部署
          echo "done"
        ```

        3. 验证
        　• 两格缩进的子项
        　☑ 已完成
        　☐ 未完成

        > **提示**：操作前先备份。
        >
        > 详见[文档](https://example.com/docs?a=1&b=2)。
        >
        > > 嵌套引用

        公式 $E = mc^2$ 与 \(a_1 + b_1\)：

        $$
        - x * y * z
        $$

        ## 标题无空格
        请访问 https://example.com/path_a_b，或 ops@example.com。

        ----------

        <font color="warning">警告：磁盘将满</font>

        [架构图](https://example.com/a.png)
        """#

    private let plain = #"""
        部署方案对比

        重点：我们建议采用“蓝绿发布”后再切流量，注意回滚。~~旧方案~~已废弃。kubectl 必须是 1.28+版本。

        步骤

        1. 准备环境
           • 安装 docker
           • 配置 镜像加速 (https://mirror.example.com/docs)
             • 华东节点
        2. 执行脚本：

        #!/bin/bash
        kubectl apply -f deploy.yaml   # 部署
          echo "done"

        3. 验证
           • 两格缩进的子项
           ☑ 已完成
           ☐ 未完成

        > 提示：操作前先备份。
        >
        > 详见文档 (https://example.com/docs?a=1&b=2)。
        >
        > > 嵌套引用

        公式 $E = mc^2$ 与 \(a_1 + b_1\)：

        $$
        - x * y * z
        $$

        标题无空格

        请访问 https://example.com/path_a_b，或 ops@example.com。

        ----------

        警告：磁盘将满

        架构图 (https://example.com/a.png)
        """#
}
