/**
 * Characters that a reader does not see, or that change the order of those that they do: controls, zero-width, bidi,
 * tags, variation selectors, odd spaces, lone surrogates. Line feed and plain space are what they look like.
 */
const UNSEEN =
	/(?!\n)[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u3164|\uffa0|\u2800|\p{M}{4,}|\p{Variation_Selector}/gu;

/** Text to show, cut into what is seen as it is and what has to be named. */
export type VisiblePart = { text: string } | { unseen: string; code: string };

/** Cuts a text so that nothing in it stays unseen. Joined again, the parts are the text. */
export function visibleParts(text: string): VisiblePart[] {
	const parts: VisiblePart[] = [];
	let from = 0;
	for (const match of text.matchAll(UNSEEN)) {
		if (match.index > from) parts.push({ text: text.slice(from, match.index) });
		for (const character of match[0]) parts.push({ unseen: character, code: codeOf(character) });
		from = match.index + match[0].length;
	}
	if (from < text.length) parts.push({ text: text.slice(from) });
	return parts;
}

/** True when a text holds a control character other than tab and line breaks, or half a character. */
export function hasControls(text: string): boolean {
	return /(?![\t\n\r])[\p{Cc}\p{Cs}]/u.test(text);
}

function codeOf(character: string): string {
	return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
