# A JSON report as text that reads well in a diff: a line for each finding, what it says and shows below it.
def place: if .file then "\(.file | sub(".*/"; "")):\(.line)" else "\(.line)" end;
def call: [.syscall, .errno, (if .fd != null then "fd \(.fd)" else empty end)] | map(select(. != null)) | join(" ");
def section($name): .[]? | "    \($name): \(.)";
"status \($status): \(.summary.error) error, \(.summary.warning) warning, \(.summary.note) note",
(.findings[] |
	"\(.file | sub(".*/"; "")):\(.line) \(.severity) \(.rule) \(call)\(if .count > 1 then " x\(.count)" else "" end), \(.confidence)",
	"    \(.message)",
	(if .cause then "    cause: \(.cause)" else empty end),
	(.evidence[] | "    line \(place) \(.pid // "-") \(.role // "-")"),
	(.check | section("check")),
	(.fix | section("fix")))
