/** Facts about a fenced block, such as its name and number of rows. Empty ones are left out. */
export type FenceFacts = Record<string, string | number | undefined>;

/**
 * A block of untrusted text for a prompt. Only lines that carry the attempt's unguessable marker open or close a
 * block, so nothing inside can end it:
 *
 *     <<<document MARKER name="sales.csv" rows=230>>>
 *     ...
 *     <<<end MARKER>>>
 */
export function fence(kind: string, marker: string, facts: FenceFacts, text: string): string {
	const said = Object.entries(facts)
		.filter((fact): fact is [string, string | number] => fact[1] !== undefined && fact[1] !== '')
		.map(([name, value]) => ` ${name}=${typeof value === 'number' ? value : quoted(value, marker)}`)
		.join('');
	return `<<<${kind} ${marker}${said}>>>\n${escapeFences(text, marker)}\n<<<end ${marker}>>>`;
}

/**
 * Takes from a text everything that could pass for a fence: each `<<<` gets a backslash (`\<<<`), and the marker
 * itself, should it ever occur, is named instead of repeated. The number of lines stays the same.
 */
export function escapeFences(text: string, marker: string): string {
	return text.replace(/\\*<<</g, '\\$&').replaceAll(marker, '[marker]');
}

function quoted(value: string, marker: string): string {
	const plain = value.replaceAll(marker, '[marker]');
	return JSON.stringify(plain).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
}
