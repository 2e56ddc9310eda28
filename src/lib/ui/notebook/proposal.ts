import { canonicalJson } from '$lib/core';

/** A proposal as the gate shows it. Read by hand, since schemas load only where something is checked, not shown. */
export type ShownProposal =
	| {
			action: 'request';
			method: string;
			url: string;
			/** The address in three parts, so that the host stands out. */
			place: { before: string; host: string; after: string };
			headers: [string, string][];
			body: string | null;
			idempotency: boolean;
			confirm: Confirm[];
	  }
	| { action: 'notify'; title: string; body: string; confirm: Confirm[] };

/** A field that something untrusted has filled. */
export interface Confirm {
	field: string;
	from: string;
	value: string;
}

const MEMBERS = {
	request: ['action', 'body', 'confirm', 'headers', 'idempotency', 'method', 'url'],
	notify: ['action', 'body', 'confirm', 'title']
};

/** True for the media type of a proposal. */
export function isProposal(media: string): boolean {
	return /^application\/vnd\.galley\.(request|notify)\+json$/.test(media);
}

/**
 * Reads a proposal so that nothing of it can stay unshown; null for every text that is not exactly one: then the text
 * itself has to be shown, and it would not be sent.
 */
export function shownProposal(text: string): ShownProposal | null {
	const given = parsed(text);
	if (!given) return null;
	const { action, confirm, body } = given;
	if (action !== 'request' && action !== 'notify') return null;
	if (Object.keys(given).sort().join() !== MEMBERS[action].join() || !isConfirm(confirm)) return null;
	if (action === 'notify') {
		const { title } = given;
		return typeof title === 'string' && typeof body === 'string' ? { action, title, body, confirm } : null;
	}
	const { method, url, headers, idempotency } = given;
	if (typeof method !== 'string' || typeof url !== 'string' || typeof idempotency !== 'boolean') return null;
	if (!isRecord(headers) || !(body === null || typeof body === 'string')) return null;
	const lines = Object.entries(headers);
	const place = placeOf(url);
	if (!place || !lines.every((line): line is [string, string] => typeof line[1] === 'string')) return null;
	return { action, method, url, place, headers: lines, body, idempotency, confirm };
}

/** Where a long text is cut until it is unfolded: never in the middle of a character. */
export function cutAt(text: string, limit: number): number {
	if (text.length <= limit) return text.length;
	return /[\ud800-\udbff]/.test(text[limit - 1] ?? '') ? limit - 1 : limit;
}

function parsed(text: string): Record<string, unknown> | null {
	try {
		const value = JSON.parse(text) as unknown;
		return isRecord(value) && canonicalJson(value) === text ? value : null;
	} catch {
		return null;
	}
}

function placeOf(url: string): { before: string; host: string; after: string } | null {
	if (!URL.canParse(url)) return null;
	const { href, protocol, host } = new URL(url);
	const before = `${protocol}//`;
	if (href !== url || !url.startsWith(before + host)) return null;
	return { before, host, after: url.slice(before.length + host.length) };
}

function isConfirm(value: unknown): value is Confirm[] {
	return (
		Array.isArray(value) &&
		value.every(
			(one) =>
				isRecord(one) &&
				Object.keys(one).sort().join() === 'field,from,value' &&
				Object.values(one).every((text) => typeof text === 'string')
		)
	);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return value !== null && typeof value === 'object' && !Array.isArray(value);
}
