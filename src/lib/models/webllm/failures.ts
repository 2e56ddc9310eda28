import { failure, type Failure } from '$lib/core';
import { ModelRefused } from '../refused';
import { SPENT } from '../spent';

export function missing(title: string): Failure {
	return failure(
		'model.local-missing',
		`${title} is not on this device, or not all of it. Nothing was sent. Download it on WebLLM’s page (under Models) or choose another model, then try again.`
	);
}

/** Some file is right by its size and sum, and yet not what the library reads. It was deleted. */
export function damaged(title: string, said: string): Failure {
	return failure(
		'model.local-damaged',
		`A file of ${title} on this device is cut or damaged, so the model was deleted; it would have failed the same way each time. ` +
			'Every earlier step is kept. Download it again on WebLLM’s page (under Models).',
		{ details: { said } }
	);
}

export function loadTimedOut(title: string, seconds: number): Failure {
	return failure(
		'model.load-timeout',
		`Loading ${title} stood still for ${seconds} seconds and was given up. Its files are kept. Try again, close other tabs, or choose a smaller model.`,
		{ retryable: true, details: { seconds, ...SPENT } }
	);
}

export function deviceLost(title: string, said: string): Failure {
	return failure(
		'model.device-lost',
		`The graphics device was lost while ${title} was at work: its driver was restarted, or its memory ran out. Every earlier step is kept. ` +
			'The model is loaded anew from this device and the step is tried again; if it happens again, choose a smaller model.',
		{ retryable: true, details: { said, ...SPENT } }
	);
}

export function stuck(title: string, seconds: number): Failure {
	return failure(
		'model.stuck',
		`${title} was told to stop and did not for ${seconds} seconds, so it is ended and loaded anew. Every earlier step is kept; try again.`,
		{ retryable: true, details: { seconds, ...SPENT } }
	);
}

function libraryMismatch(title: string, said: string): Failure {
	return failure(
		'model.library-mismatch',
		`The compiled library of ${title} does not fit this Galley’s WebLLM (0.2.86): it was made for another version, or is no library. ` +
			'Every earlier step is kept. Enter the address of a library for v0_2_86, or choose a model of the list.',
		{ details: { said } }
	);
}

function cannotLoad(title: string, said: string): Failure {
	return failure(
		'model.cannot-load',
		`${title} could not be loaded (${said}). Every earlier step is kept. It may need more memory than this device gives; choose a smaller model, or one that runs on the processor.`,
		{ details: { said, ...SPENT } }
	);
}

function runtimeAway(said: string): Failure {
	return failure(
		'model.not-loaded',
		'The part of Galley that runs models on the graphics device (WebLLM, 2 MB) could not be fetched. Nothing was lost. Open the page once while you are online; from then on it works without.',
		{ retryable: true, details: { said } }
	);
}

function tooLong(title: string, said: string): Failure {
	const [asked, context] = [...said.matchAll(/\d+/g)].map(([digits]) => Number(digits));
	const how = asked && context ? ` (${asked} tokens; it takes ${context}, the answer included)` : '';
	return failure(
		'model.too-long',
		`The prompt is too long for ${title}${how}. Every earlier step is kept. Give the step less material, or choose a model that takes more.`,
		{ details: { said } }
	);
}

/** A device that is gone shows in many ways, depending on what was just done with it. */
const DEVICE_GONE =
	/device (was|is) lost|DeviceLost|external Instance reference|ModelNotLoaded|not loaded before|Buffer (was|is) (destroyed|unmapped)|A valid external/i;

/** What WebLLM threw while a model was loaded. `isDamaged`: its files are to be deleted. */
export function loadFailure(cause: unknown, title: string): { failure: Failure; isDamaged: boolean } {
	const said = saidBy(cause);
	const only = (told: Failure) => ({ failure: told, isDamaged: false });
	if (cause instanceof ModelRefused) return only(cause.failure);
	if (
		/Tensor-cache record|exceeds shard size|Packed BF16|tokenizer.*(parse|json)|JSON\.parse|Unexpected token/i.test(
			said
		)
	) {
		return { failure: damaged(title, said), isDamaged: true };
	}
	// The guard refuses what WebLLM asks for only when a file that should be here is not.
	if (cause instanceof Error && cause.name === 'EgressRefused')
		return { failure: missing(title), isDamaged: true };
	if (
		/LinkError|CompileError|function import requires|Cannot find global function|magic word|WebAssembly\./i.test(
			said
		)
	) {
		return only(libraryMismatch(title, said));
	}
	if (/dynamically imported module|Failed to fetch/i.test(said)) return only(runtimeAway(said));
	if (DEVICE_GONE.test(said)) return only(deviceLost(title, said));
	return only(cannotLoad(title, said));
}

/** What WebLLM threw while a model answered; null where it is nothing that is known. */
export function answerFailure(cause: unknown, title: string): Failure | null {
	const said = saidBy(cause);
	if (/ContextWindowSizeExceeded|exceed(s|ing)? (the )?context window/i.test(said))
		return tooLong(title, said);
	if (DEVICE_GONE.test(said)) return deviceLost(title, said);
	return null;
}

function saidBy(cause: unknown): string {
	return (cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)).slice(0, 300);
}
