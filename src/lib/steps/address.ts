import { fail, failure, ok, type Result } from '$lib/core';
import { partsOf, type Filling, type Foreign } from './filling';

/**
 * The address of a request. Scheme, host and port are as the workflow has them; a value becomes one component, percent
 * encoded, and can add neither a folder nor a parameter.
 */

const HOST = /^https?:\/\/[^/?#\s@\\]+(?:[/?]|$)/i;
const HOST_BEFORE = /^https?:\/\/[^/?#\s@\\]+[/?]/i;

/** What is wrong with the template of an address; null: nothing. */
export function addressProblem(template: string): string | null {
	const parts = partsOf(template) ?? [];
	const start = parts[0] && 'text' in parts[0] ? parts[0].text : '';
	const isWhole = parts.length === 1;
	if (!(isWhole ? HOST : HOST_BEFORE).test(start))
		return 'Write the address with its host, such as https://api.example.org/tickets; holes may only come after the host.';
	if (template.includes('#')) return 'What follows a “#” is never sent: leave it out.';
	const known = asUrl(template);
	if (!known) return 'This is no web address.';
	return known.username || known.password ? 'An address has no name or password in it.' : null;
}

/** The final address. */
export function fillAddress(
	template: string,
	filling: Filling,
	title: string,
	foreign: (one: Foreign) => void
): Result<string> {
	const filled = filling.text(template, (value) => component(value, title), foreign);
	if (!filled.ok) return filled;
	const wanted = asUrl(template);
	const got = URL.canParse(filled.value) ? new URL(filled.value) : null;
	const isSame =
		wanted !== null &&
		got !== null &&
		got.origin === wanted.origin &&
		got.hash === '' &&
		count(got.pathname, '/') === count(wanted.pathname, '/') &&
		count(got.search, '&') === count(wanted.search, '&');
	return isSame ? ok(got.href) : refuse(title, 'A value in it would change where it goes.');
}

/** The template with something harmless in each hole. */
function asUrl(template: string): URL | null {
	const text = (partsOf(template) ?? []).map((part) => ('text' in part ? part.text : 'x')).join('');
	return URL.canParse(text) ? new URL(text) : null;
}

function component(value: string, title: string): Result<string> {
	if (value.trim() === '') return refuse(title, 'A value in it is empty.');
	if (/[\p{Cc}\p{Cs}]/u.test(value))
		return refuse(title, 'A value in it has line breaks or control characters.');
	return ok(
		encodeURIComponent(value).replace(
			/[!'()*]/g,
			(sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
		)
	);
}

function count(text: string, sign: string): number {
	return text.split(sign).length;
}

function refuse(title: string, why: string): Result<never> {
	return fail(
		failure(
			'propose.url',
			`The address that “${title}” was to propose cannot be used. ${why} Nothing was sent and what came before is kept; look at the value, then start a new run.`
		)
	);
}
