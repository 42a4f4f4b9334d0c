#compdef composer
# zsh completion for composer. Use: source <(composer completion zsh)
_composer() {
    local -a found plain open
    found=("${(@f)$(composer __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    found=("${(@)found%%$'\t'*}")
    found=("${(@)found:#}")
    if (( ${#found} == 0 )); then
        _files
        return
    fi
    open=("${(@M)found:#*[=:]}")
    plain=("${(@)found:#*[=:]}")
    (( ${#plain} )) && compadd -a plain
    (( ${#open} )) && compadd -S '' -a open
}
if [[ ${funcstack[1]} == _composer ]]; then
    _composer "$@"
else
    compdef _composer composer
fi
