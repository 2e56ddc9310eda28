import { failure, LONGEST_RETRY_AFTER, unexpected, type Failure } from '$lib/core';
import { APICallError } from '@ai-sdk/provider';
import { carriedFailure } from './refused';
import type { Ended } from './call';
import type { Patience } from './contract';
import { scrub } from './scrub';

/** What a failure's sentences need to know about the call. */
export interface Asked {
	/** The provider as the person knows it. */
	title: string;
	/** Null on the device. */
	origin: string | null;
	/** The key that went along; what a server says is told without it. */
	key: string | undefined;
	timeoutSeconds: number;
	/** Null on the device. */
	patience: Patience | null;
	/** True once text has arrived. */
	begun: boolean;
}

/** The failure that something thrown (or an `error` part of a stream) stands for. */
export function failureOf(cause: unknown, asked: Asked): Failure {
	const carried = carriedFailure(cause);
	if (carried) return carried;
	if (isStreamCut(cause, asked)) return cut(asked);
	if (APICallError.isInstance(cause) && cause.statusCode !== undefined) {
		return ofStatus(cause.statusCode, saidBy(cause), cause.responseHeaders ?? {}, asked);
	}
	if (isNetworkError(cause)) return silent(asked);
	if (isGarbled(cause)) return garbled(asked);
	const told = serverError(cause);
	if (told) return ofStatus(told.status, told.said, {}, asked);
	return unexpected(cause, `${asked.title} was answering`);
}

export function cut(asked: Asked): Failure {
	return failure(
		'model.cut',
		`${place(asked)} stopped in the middle of the answer. ${keptSentence(asked)} Try again.`,
		{ retryable: true, details: facts(asked) }
	);
}

/** The failure of a call that had to end before its answer did. */
export function ended(why: Ended, asked: Asked): Failure {
	switch (why) {
		case 'stopped':
			return failure(
				'model.stopped',
				`The answer was stopped. ${keptSentence(asked)} Run the step again when you like.`,
				{ details: facts(asked) }
			);
		case 'timeout':
			return late(`was not ready within ${seconds(asked.timeoutSeconds)}`, asked.timeoutSeconds, asked);
		case 'late':
			return late(
				`had sent nothing after ${seconds(asked.patience?.start ?? 0)}`,
				asked.patience?.start ?? 0,
				asked
			);
		case 'stalled':
			return failure(
				'model.stalled',
				`${place(asked)} fell silent for ${seconds(asked.patience?.stall ?? 0)} in the middle of its answer. ` +
					`${keptSentence(asked)} Try again.`,
				{ retryable: true, details: { ...facts(asked), silentSeconds: asked.patience?.stall ?? 0 } }
			);
	}
}

function late(what: string, timeoutSeconds: number, asked: Asked): Failure {
	return failure(
		'model.timeout',
		`${place(asked)} ${what}. ${keptSentence(asked)} ` +
			'Try again, give the step more time, or choose a faster model.',
		{ retryable: true, details: { ...facts(asked), timeoutSeconds } }
	);
}

function seconds(count: number): string {
	return `${count} ${count === 1 ? 'second' : 'seconds'}`;
}

/** Did the connection break after the answer had begun? A status of 200 tells as much as text does. */
function isStreamCut(cause: unknown, asked: Asked): boolean {
	if (APICallError.isInstance(cause) && cause.statusCode !== undefined && cause.statusCode < 300) return true;
	if (asked.begun && isNetworkError(cause)) return true;
	return cause instanceof Error && cause.message === 'Response stream ended without a finish reason.';
}

/** Every browser words it in its own way; Node says `fetch failed` and `terminated`. */
function isNetworkError(cause: unknown): boolean {
	if (!(cause instanceof Error)) return false;
	if (APICallError.isInstance(cause)) return cause.statusCode === undefined;
	return cause instanceof TypeError && /fetch|network|load failed|terminated|connection/i.test(cause.message);
}

/** A piece of the stream that is not what the protocol says. */
function isGarbled(cause: unknown): boolean {
	return (
		cause instanceof Error && /^AI_(JSONParse|TypeValidation|InvalidResponseData)Error$/.test(cause.name)
	);
}

function garbled(asked: Asked): Failure {
	return failure(
		'model.garbled',
		`${place(asked)} sent something that is not a model’s answer. ${keptSentence(asked)} ` +
			'Try again; if it happens again, check the address in Settings under Model.',
		{ retryable: true, details: facts(asked) }
	);
}

/** An error that a server sends inside a stream that began well; some libraries hand it on as it came, some make their own of it. */
function serverError(cause: unknown): { status: number | null; said: string } | null {
	if (cause === null || typeof cause !== 'object') return null;
	const isOurs = cause instanceof Error && !('statusCode' in cause);
	if (isOurs) return null;
	const { message, code, status, statusCode } = cause as Record<string, unknown>;
	const number = [statusCode, status, code]
		.map(Number)
		.find((each) => Number.isInteger(each) && each >= 400 && each < 600);
	return { status: number ?? null, said: typeof message === 'string' ? message : '' };
}

function saidBy(error: APICallError): string {
	const body = error.responseBody?.trim() ?? '';
	const isReadable = error.data === undefined && body !== '' && !body.startsWith('<');
	return isReadable ? body : error.message;
}

function ofStatus(
	status: number | null,
	said: string,
	headers: Record<string, string>,
	asked: Asked
): Failure {
	// Before anything is cut off: of a key that lies across the cut the beginning would stay.
	const words = scrub(said, asked.key).replace(/\s+/g, ' ').trim().slice(0, 300);
	const details = {
		...facts(asked),
		...(status === null ? {} : { status }),
		...(words === '' ? {} : { said: words })
	};
	const quoted = words === '' ? '' : ` It said: “${words.slice(0, 160)}”.`;
	const where = place(asked);
	const kept = keptSentence(asked);
	if (/CORS requests are not allowed/i.test(words)) {
		return failure(
			'model.not-let-in',
			`${where} lets no web page use this account (${status}).${quoted} ${kept} ` +
				'Whoever runs the account there can allow it in its settings; until then choose another model.',
			{ details }
		);
	}
	if (status === 401 || (status === 403 && !asked.key)) {
		const what = asked.key ? `${where} did not accept the key` : `${where} asks for a key`;
		return failure(
			'model.key-refused',
			`${what} (${status}). ${kept} Enter the key in Settings under Model, then try again.`,
			{ details }
		);
	}
	if (status === 403) {
		return failure(
			'model.key-refused',
			`${where} does not allow this with this key (403).${quoted} ${kept} ` +
				'Look there at what the key may do, or enter another in Settings under Model, then try again.',
			{ details }
		);
	}
	if (status === 404) {
		return failure(
			'model.not-found',
			`${where} does not know this model, or the address is not complete (404).${quoted} ${kept} ` +
				'Check the model’s name and the address in Settings under Model, then try again.',
			{ details }
		);
	}
	if (status === 408) return late('gave up waiting (408)', asked.timeoutSeconds, asked);
	if (status === 413 || /context.{0,20}(length|window|size)|too long|too many tokens/i.test(words)) {
		return failure(
			'model.too-long',
			`The prompt is too long for this model.${quoted} ${kept} Give the step less material, choose a model that takes more, or enter this one’s context in its settings: it is then given the nearest passages only.`,
			{ details }
		);
	}
	if (status === 429) return rateLimited(words, headers, asked, details);
	if (status === null || status >= 500) {
		const told = later(headers, words);
		return failure(
			'model.server-error',
			`${where} has a problem of its own${status === null ? '' : ` (${status})`}.${quoted} ${kept} ${isSoon(told) ? 'Try again later.' : sayAway(told)}`,
			{ retryable: isSoon(told), details: { ...details, ...told } }
		);
	}
	return failure(
		'model.refused-request',
		`${where} did not accept the request (${status}).${quoted} ${kept} Check the model’s settings in Settings under Model, then try again.`,
		{ details }
	);
}

function rateLimited(
	words: string,
	headers: Record<string, string>,
	asked: Asked,
	details: Record<string, unknown>
): Failure {
	const told = later(headers, words);
	if (/insufficient_quota|exceeded your current quota|billing/i.test(words)) {
		return failure(
			'model.quota',
			`${place(asked)} says that the account has nothing left to spend (429). ${keptSentence(asked)} ` +
				'Top it up with the provider or choose another model, then try again.',
			{ details }
		);
	}
	const { retryAfterSeconds } = told;
	const wait = retryAfterSeconds === undefined ? 'Wait a little' : `Wait ${seconds(retryAfterSeconds)}`;
	return failure(
		'model.rate-limited',
		`${place(asked)} takes no more requests for the moment (429). ${keptSentence(asked)} ${isSoon(told) ? `${wait}, then try again.` : sayAway(told)}`,
		{ retryable: isSoon(told), details: { ...details, ...told } }
	);
}

/** When a server said to come again. */
interface Later {
	retryAfterSeconds?: number;
}

/** True where it can be waited for. */
function isSoon({ retryAfterSeconds = 0 }: Later): boolean {
	return retryAfterSeconds <= LONGEST_RETRY_AFTER;
}

function sayAway({ retryAfterSeconds = 0 }: Later): string {
	return `It asks to be left alone for ${Math.ceil(retryAfterSeconds / 86_400).toLocaleString('en-GB')} days, which is too long to be waited for here. Choose another model, or try again then.`;
}

/**
 * When to come again, in seconds, as a server says it: in `retry-after` (seconds or a date), `retry-after-ms`, or, since
 * a page is often not shown those, in words. Nothing where it does not say.
 */
function later(headers: Record<string, string>, words: string): Later {
	const value = headers['retry-after']?.trim() ?? '';
	const milliseconds = Number.parseFloat(headers['retry-after-ms'] ?? '');
	const said = /(?:retryDelay|retry in|try again in)\W{0,6}(\d+(?:\.\d+)?) ?(ms|s)\b/i.exec(words);
	const found = [
		/^\d+(\.\d+)?$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000,
		milliseconds / 1000,
		said ? Number(said[1]) / (said[2] === 'ms' ? 1000 : 1) : Number.NaN
	].find((each) => Number.isFinite(each));
	return found === undefined ? {} : { retryAfterSeconds: Math.max(0, Math.ceil(found)) };
}

/** No answer at all. Why is for whoever can look around to say. */
function silent(asked: Asked): Failure {
	return failure(
		'model.unreachable',
		`${place(asked)} could not be reached. ${keptSentence(asked)} Check the address, then try again.`,
		{ retryable: true, details: facts(asked) }
	);
}

function place(asked: Asked): string {
	return asked.origin ?? asked.title;
}

/** What is still there after the failure. */
export function keptSentence(asked: Asked): string {
	return asked.begun
		? 'What had arrived is kept, and so is every earlier step.'
		: 'Nothing was lost: every earlier step is kept.';
}

function facts(asked: Asked): Record<string, unknown> {
	return asked.origin === null ? {} : { origin: asked.origin };
}
