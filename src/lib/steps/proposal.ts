import { canonicalJson, fail, failure, hasControls, ok, type Result } from '$lib/core';
import * as z from 'zod';

/** What a person approves before anything goes out: canonical JSON, so that its text is the thing itself. */
export const PROPOSAL_MEDIA = {
	request: 'application/vnd.galley.request+json',
	notify: 'application/vnd.galley.notify+json'
};

/** True for the media type of a proposal. */
export function isProposalMedia(media: string): boolean {
	return Object.values(PROPOSAL_MEDIA).includes(media);
}

/** Largest body that is sent, bytes. */
export const MOST_BODY = 1_000_000;

export const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const;

const whole = (limit: number) =>
	z
		.string()
		.max(limit)
		.refine((text) => !hasControls(text), 'It has control characters in it.');

/** A field that another place than the person or the workflow has filled, and with what. */
const confirmSchema = z.array(z.strictObject({ field: z.string(), from: z.string(), value: z.string() }));

export const requestProposalSchema = z
	.strictObject({
		action: z.literal('request'),
		method: z.enum(METHODS),
		url: whole(8_000),
		headers: z.record(
			z
				.string()
				.regex(/^[a-z0-9!#$%&'*+.^_`|~-]+$/, 'A header’s name has small letters, digits and hyphens.'),
			z
				.string()
				.regex(/^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/, 'A header is one line of plain ASCII.')
		),
		/** Sent as these characters in UTF-8; null: no body. */
		body: z
			.string()
			.refine((text) => !/\p{Cs}/u.test(text), 'It ends in half a character.')
			.nullable(),
		/** Whether an Idempotency-Key goes with it. */
		idempotency: z.boolean(),
		confirm: confirmSchema
	})
	.superRefine((given, check) => {
		for (const message of problemsOf(given)) check.addIssue({ code: 'custom', message });
	});

export const notifyProposalSchema = z.strictObject({
	action: z.literal('notify'),
	title: whole(120).min(1),
	body: whole(1_000),
	confirm: confirmSchema
});

const proposalSchema = z.discriminatedUnion('action', [requestProposalSchema, notifyProposalSchema]);

export type RequestProposal = z.infer<typeof requestProposalSchema>;
export type NotifyProposal = z.infer<typeof notifyProposalSchema>;
export type Proposal = RequestProposal | NotifyProposal;

/** Set by the browser, whatever is asked for: shown at a gate they would be a lie. */
const BROWSERS =
	/^(accept-charset|accept-encoding|access-control-.*|connection|content-length|date|dnt|expect|host|keep-alive|origin|permissions-policy|proxy-.*|referer|sec-.*|set-cookie|te|trailer|transfer-encoding|upgrade|user-agent|via|x-http-method.*|x-method-override)$/;
/** What they carry is a secret, and everything in a proposal is kept in the run's log. */
const SECRETS = /^(authorization|cookie|.*(api-?key|token|secret|password|credential).*)$/;

function problemsOf(given: {
	method: string;
	url: string;
	headers: Record<string, string>;
	body: string | null;
}): string[] {
	const problems: string[] = [];
	const url = URL.canParse(given.url) ? new URL(given.url) : null;
	if (!url || url.href !== given.url)
		problems.push('The address is not a whole web address in its plain form.');
	else if (url.protocol !== 'https:' && url.protocol !== 'http:')
		problems.push('Only https and http addresses can be used.');
	else if (url.username || url.password) problems.push('The address has a name or a password in it.');
	else if (url.hash) problems.push('The address has a “#”, and what follows that is never sent.');
	for (const name of Object.keys(given.headers)) {
		if (BROWSERS.test(name)) problems.push(`The header “${name}” is set by the browser, not by a workflow.`);
		if (SECRETS.test(name))
			problems.push(`The header “${name}” carries a secret, which a proposal would keep for ever.`);
		if (name === 'idempotency-key') problems.push('The Idempotency-Key is made by Galley.');
	}
	if (given.method === 'GET' && given.body !== null) problems.push('A GET has no body.');
	if (given.body !== null && new TextEncoder().encode(given.body).byteLength > MOST_BODY)
		problems.push('The body has more than 1 MB.');
	if (given.body !== null && !('content-type' in given.headers))
		problems.push('A body needs a content-type.');
	return problems;
}

/** Reads a proposal strictly: the text has to be canonical, nothing may be missing and nothing unknown may be there. */
export function readProposal(text: unknown): Result<Proposal> {
	if (typeof text !== 'string') return unreadable('It is not a text.');
	let raw: unknown;
	try {
		raw = JSON.parse(text);
	} catch {
		return unreadable('It is not JSON.');
	}
	const parsed = proposalSchema.safeParse(raw);
	if (!parsed.success) return unreadable(parsed.error.issues.map((issue) => said(issue)).join(' '));
	if (canonicalJson(parsed.data) !== text) {
		return unreadable('It is not in its plain form, so that what is shown could differ from what is sent.');
	}
	return ok(parsed.data);
}

/** The text of a proposal: what is shown, approved, hashed and sent. */
export function proposalText(proposal: Proposal): Result<string> {
	const text = canonicalJson(proposal);
	const read = readProposal(text);
	return read.ok ? ok(text) : read;
}

/** Fields that need the person's own confirmation and do not have it, each once. */
export function unconfirmed({ confirm }: Proposal, confirmed: Iterable<string>): string[] {
	const has = new Set(confirmed);
	return [...new Set(confirm.map(({ field }) => field))].filter((field) => !has.has(field));
}

function said(issue: z.core.$ZodIssue): string {
	const place = issue.path.length ? `“${issue.path.join('.')}”: ` : '';
	return `${place}${issue.message}${/[.!]$/.test(issue.message) ? '' : '.'}`;
}

function unreadable(why: string): Result<never> {
	return fail(
		failure(
			'proposal.malformed',
			`This proposal cannot be carried out. ${why} Nothing was sent and everything before is kept; mend it where it is made.`
		)
	);
}

/** May a step send to this address? `hosts` are as its permissions list them: a host, with a port where it has one. */
export function isPermitted(url: string, hosts: readonly string[] | undefined): boolean {
	if (!URL.canParse(url)) return false;
	const { protocol, host } = new URL(url);
	return (hosts ?? []).some((each) => {
		const listed = `${protocol}//${each.trim()}`;
		return /^[^/?#@\s]+$/.test(each.trim()) && URL.canParse(listed) && new URL(listed).host === host;
	});
}

export function notPermitted(title: string, url: string, hosts: readonly string[] | undefined) {
	const host = URL.canParse(url) ? new URL(url).host : url;
	const may = hosts?.length ? `may send to ${hosts.join(', ')} only` : 'may not send anything anywhere';
	return failure(
		'request.not-permitted',
		`“${title}” ${may}, and this goes to ${host}. Nothing was sent and everything before is kept; if it should, add ${host} to the step’s permitted hosts and start a new run.`,
		{ details: { host } }
	);
}

export function staysHere(title: string) {
	return failure(
		'label.local-only',
		`“${title}” would send what may not leave this device. Nothing was sent and everything before is kept; take those inputs out of the step, or do it by hand.`
	);
}
