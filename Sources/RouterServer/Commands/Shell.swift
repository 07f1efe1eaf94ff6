/// A shell, and what completes our commands in it.
enum Shell: String, CaseIterable {
    case bash, zsh, fish

    var completion: String {
        switch self {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    // MARK: bash

    private var bash: String {
        let commands = Commands.all.map { command in
            let words = command.help.options.map(\.name)
            return """
                        \(command.name)) options='\(words.joined(separator: " "))'; words='\(operands(of: command).joined(separator: " "))' ;;

                """
        }
        let values = Commands.all.flatMap { command in
            command.help.options.compactMap { option -> String? in
                guard option.value != nil else { return nil }
                let deed =
                    option.namesFile
                    ? "_wecom_router_files" : "_wecom_router_words '\(option.words.joined(separator: " "))'"
                return "        '\(command.name) \(option.name)') \(deed); return ;;\n"
            }
        }
        let files = Commands.all.filter { $0.help.takesFile }.map { $0.name }.joined(separator: "|")
        return """
            # bash completion for wecom-router. Made by: wecom-router completion bash

            _wecom_router_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word"); }
            _wecom_router_files() {
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen -f -- "$word")
            }

            _wecom_router() {
                local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
                local options='' words='' place=$COMP_CWORD
                COMPREPLY=()
                # --name=value comes as three words.
                if [[ $word == = ]]; then
                    word=''
                elif [[ $before == = ]]; then
                    before=${COMP_WORDS[COMP_CWORD - 2]}
                fi
                # Options alone belong to serve.
                if [[ $command == -* ]]; then
                    command=serve
                elif ((COMP_CWORD == 1)); then
                    _wecom_router_words '\(Commands.names.joined(separator: " "))'
                    return
                fi
                case "$command $before" in
            \(values.joined())    esac
                case $command in
            \(commands.joined())        *) return ;;
                esac
                if [[ $word == -* ]]; then
                    _wecom_router_words "$options"
                elif ((place == 2)) && [[ -n $words ]]; then
                    _wecom_router_words "$words"
                else
                    case $command in \(files.isEmpty ? "-" : files)) _wecom_router_files ;; esac
                fi
            }

            complete -F _wecom_router wecom-router

            """
    }

    private func operands(of command: any Command.Type) -> [String] {
        command.name == "help" ? Commands.names : command.help.verbs
    }

    // MARK: zsh

    private var zsh: String {
        let commands = Commands.all.map { "        '\($0.name):\(zshText($0.summary))'\n" }.joined()
        let cases = Commands.all.map { command -> String in
            var arguments = command.help.options.map { option -> String in
                let action =
                    option.namesFile
                    ? "_files" : option.words.isEmpty ? " " : "(\(option.words.joined(separator: " ")))"
                let value = option.value.map { ":\(zshText($0)):\(action)" } ?? ""
                return "'\(option.name)[\(zshText(option.text))]\(value)'"
            }
            let words = operands(of: command)
            if !words.isEmpty { arguments.append("'1:word:(\(words.joined(separator: " ")))'") }
            if command.help.takesFile { arguments.append("'1:file:_files'") }
            return
                "        \(command.name))\n            _arguments \(arguments.joined(separator: " \\\n                ")) ;;\n"
        }.joined()
        return """
            #compdef wecom-router
            # Made by: wecom-router completion zsh

            _wecom-router() {
                local -a commands
                commands=(
            \(commands)    )
                if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
                    _describe command commands
                    return
                fi
                # Options alone belong to serve.
                local command=$words[2]
                if [[ $command == -* ]]; then
                    command=serve
                else
                    shift words
                    (( CURRENT-- ))
                fi
                case $command in
            \(cases)    esac
            }

            if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
                _wecom-router "$@"
            else
                compdef _wecom-router wecom-router
            fi

            """
    }

    /// Within quotes and brackets of `_arguments`.
    private func zshText(_ text: String) -> String {
        var out = ""
        for character in text.unicodeScalars {
            switch character {
            case "'": out += "'\\''"
            case "[", "]", ":", "\\": out += "\\\(character)"
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }

    // MARK: fish

    private var fish: String {
        let commands = Commands.all.map {
            "complete -c wecom-router -n __fish_use_subcommand -a \($0.name) -d '\(fishText($0.summary))'\n"
        }
        let options = Commands.all.flatMap { command -> [String] in
            let start = "complete -c wecom-router -n '__fish_seen_subcommand_from \(command.name)'"
            var lines = command.help.options.map { option -> String in
                let value = option.value == nil ? "" : option.namesFile ? " -r -F" : " -x"
                let words = option.words.isEmpty ? "" : " -a '\(option.words.joined(separator: " "))'"
                return "\(start) -l \(option.name.dropFirst(2))\(value)\(words) -d '\(fishText(option.text))'\n"
            }
            let words = operands(of: command)
            if !words.isEmpty { lines.append("\(start) -a '\(words.joined(separator: " "))'\n") }
            if command.help.takesFile { lines.append("\(start) -F\n") }
            return lines
        }
        return """
            # fish completion for wecom-router. Made by: wecom-router completion fish
            complete -c wecom-router -f
            \(commands.joined())\(options.joined())
            """
    }

    private func fishText(_ text: String) -> String {
        var out = ""
        for character in text.unicodeScalars {
            if character == "'" || character == "\\" { out += "\\" }
            out.unicodeScalars.append(character)
        }
        return out
    }
}
