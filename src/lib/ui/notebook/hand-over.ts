/** How a step of kind `hand-over` gives its text to the person. */
export interface HandOverConfig {
	as: 'clipboard' | 'download' | 'mail';
	name?: string;
	to?: string;
	subject?: string;
}

/** Longest address that every system hands to its mail program whole. */
export const LONGEST_MAILTO = 1_900;

/** The settings of a step; null for what they cannot be. */
export function handOverConfig(given: Readonly<Record<string, unknown>>): HandOverConfig | null {
	const { as } = given;
	if (as !== 'clipboard' && as !== 'download' && as !== 'mail') return null;
	const text = (name: string) => (typeof given[name] === 'string' ? { [name]: given[name] } : {});
	return { as, ...text('name'), ...text('to'), ...text('subject') };
}

/**
 * The address of a mail draft. Only recipient, subject and text can be in it, whatever stands in them. A text that is too
 * long is left out whole, so that nobody sends half of it; `isWhole` tells.
 */
export function mailto(
	config: Pick<HandOverConfig, 'to' | 'subject'>,
	text: string
): { href: string; isWhole: boolean } {
	const to = coded(config.to ?? '').replaceAll('%40', '@');
	const subject = coded((config.subject ?? '').replace(/\p{Cc}+/gu, ' ').trim());
	const start = `mailto:${to}?subject=${subject}`;
	const whole = `${start}&body=${coded(text.replace(/\r\n|\r|\n/g, '\r\n'))}`;
	return whole.length <= LONGEST_MAILTO ? { href: whole, isWhole: true } : { href: start, isWhole: false };
}

/** A name that every file system takes. */
export function fileName(config: Pick<HandOverConfig, 'name'>): string {
	const name = (config.name ?? '').replace(/[\\/:*?"<>|\p{C}]/gu, '-').replace(/^[. ]+|[. ]+$/g, '');
	return name || 'Handed over.md';
}

function coded(text: string): string {
	return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
}
