import { shellCommand } from '../common/shellQuote';

/** What the script's output begins with; the version that curl tells follows on the same line. */
export const GREETING = 'swarmscope-probe ';

/**
 * Runs curl batches on a manager. For each it reads a line with a length and so many bytes of curl config
 * from stdin; curl writes a line `number cap address exitcode json` per transfer. Each becomes a line
 * `r number size routed json` on stdout, followed by `size` bytes, the answer's beginning: a length comes
 * before them, so that no answer can pass for a line. `end` ends a batch.
 *
 * Answers lie in a private folder until they are told. The end of stdin, a lost connection with it, ends
 * curl and removes the folder. Nothing in here varies. It has neither single quotes nor line breaks, and a
 * blank behind each exclamation mark: whichever login shell is there hands it to `sh` as it is.
 */
const SCRIPT = [
  'umask 077',
  'd=$(mktemp -d "${TMPDIR:-/tmp}/swarmscope-vantage.XXXXXX") || exit 1',
  'c=',
  // A signal to all of the session would end rm, too. A curl that is over has left its number to others.
  [
    'clean() { trap "" HUP INT TERM PIPE;',
    '[ -z "$c" ] || [ -e "$d/over" ] || kill "$c" 2>/dev/null; cd /; rm -rf "$d"; }',
  ].join(' '),
  'trap clean EXIT',
  'trap "exit 1" HUP INT TERM PIPE',
  'cd "$d" && mkfifo lines || exit 1',
  [
    'tell() { while IFS=" " read -r i k h e r; do',
    // It is whole by now, so that its length does not change any more.
    's=0; g=cat; if [ -s "$i" ]; then s=$(wc -c <"$i"); fi;',
    'if [ "$s" -gt "$k" ]; then s=$k; g="head -c $k"; fi;',
    // curl words "no route" and "refused" the same; the routing table there knows.
    'u=1; if [ "$e" = 7 ] && command -v ip >/dev/null 2>&1; then',
    'ip route get "$h" >/dev/null 2>&1 || u=0; fi;',
    String.raw`printf "r %s %s %s %s\n" "$i" "$((s))" "$u" "$r";`,
    'if [ "$s" -gt 0 ]; then $g "$i"; fi; done; rm -f [0-9]*; : >over; echo end; }',
  ].join(' '),
  `printf "${GREETING}%s\\n" "$(curl -q --version 2>/dev/null | head -n 1)"`,
  [
    'while read -r n; do head -c "$n" >config;',
    'rm -f over; curl -q -K config >lines 2>/dev/null </dev/null & c=$! ; tell <lines & done',
  ].join(' '),
].join('; ');

/** The command that runs the script. */
export const MANAGER_COMMAND = shellCommand(['sh', '-c', SCRIPT]);
