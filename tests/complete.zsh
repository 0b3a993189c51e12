# usage: zsh -f complete.zsh FOLDER LINE: what zsh offers behind LINE, with the completions in FOLDER/_ipcdiag.
# What is on offer goes through compadd: ours notes it down, whatever zsh would show of it.
zmodload zsh/zpty
rm -f $1/offers $1/done
cat >$1/setup <<END
PS1= PS2=
fpath=($1 \$fpath)
autoload -Uz compinit
compinit -u -d $1/dump
compadd() {
	local -a found
	if [[ " \$* " != *\ -[a-zA-Z]#[OAD]\ * ]]; then
		builtin compadd -A found "\$@"
		print -rl -- \$found >>$1/offers
	fi
	builtin compadd "\$@"
}
note() { _main_complete; touch $1/offers $1/done }
zle -C note list-choices note
bindkey '^I' note
setopt extended_glob
zle-line-init() { print -n rea''dy }
zle -N zle-line-init
END
zpty shell zsh -f -i
zpty -w shell "source $1/setup"
zpty -r -m shell seen '*ready*'
zpty -w -n shell "$2"$'\t'
while [[ ! -e $1/done ]]; do sleep 0.05; done # the caller has a timeout
cat $1/offers
