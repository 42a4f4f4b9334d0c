# fish completion for composer. Use: composer completion fish | source
function __composer_complete
    set -l words (commandline -opc) (commandline -ct)
    composer __complete $words[2..-1] 2>/dev/null
end
complete -c composer -f -a '(__composer_complete)'
complete -c composer -s f -l file -r -F
complete -c composer -l env-file -r -F
complete -c composer -l project-directory -r -F
