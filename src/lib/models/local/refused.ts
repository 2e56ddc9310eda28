import { failure, type Failure } from '$lib/core';

export function missing(): Failure {
	return failure(
		'model.local-missing',
		'This model is not on this device, or not all of it. Nothing was sent. Download it on the Models page or choose another model, then try again.'
	);
}

export function damaged(why: string): Failure {
	return failure(
		'model.local-damaged',
		`The model’s file cannot be used: ${why}. Every earlier step is kept. Open the Models page, choose “Check the file” there, and mend what is damaged.`,
		{ details: { why } }
	);
}

export function loadTimedOut(seconds: number): Failure {
	return failure(
		'model.load-timeout',
		`Loading the model stood still for ${seconds} seconds and was given up. The file is kept. Try again, close other tabs, or choose a smaller model.`,
		{ retryable: true, details: { seconds } }
	);
}

/** `where`: the page on which loading it can be allowed again. */
export function loadKilled(title: string, where: string): Failure {
	return failure(
		'model.load-killed',
		`The tab ended while “${title}” was being loaded, most likely because the device ran out of memory. It is not loaded again by itself. Choose a smaller model, or allow it again on ${where}.`
	);
}

export function cannotLoad(said: string): Failure {
	return failure(
		'model.cannot-load',
		'The model could not be loaded. Every earlier step is kept. It may need more memory than this device gives, or be of a kind that this Galley does not know; choose another model, or a shorter context.',
		{ details: { said } }
	);
}

export function crashed(said: string): Failure {
	return failure(
		'model.crashed',
		'The model stopped working in the middle of the answer. What had arrived is kept. Try again: it is loaded anew; if it happens again, choose a smaller model or a shorter context.',
		{ retryable: true, details: { said } }
	);
}

export function trialFailed(problem: string): Failure {
	return failure(
		'model.unsound',
		`The model was tried out before it was used, and it does not do well: ${problem}. Nothing was asked of it. Check its file on the Models page, turn the graphics processor off for it, or choose another model.`,
		{ details: { problem } }
	);
}

/** `asked` tokens do not fit into `context`. */
export function tooLong(asked: number | null, context: number): Failure {
	const how = asked === null ? 'longer than' : `${asked.toLocaleString('en')} tokens long, and it takes`;
	return failure(
		'model.too-long',
		`The prompt is ${how} ${context.toLocaleString('en')} tokens${asked === null ? '' : ' at most, the answer included'}. Every earlier step is kept. Give the step less material, or set a longer context for this model.`,
		{ details: { context, ...(asked === null ? {} : { asked }) } }
	);
}

/** What something that the runtime threw while it was answering means; null when it is not the runtime's. */
export function answerFailure(cause: unknown, context: number): Failure | null {
	if (!(cause instanceof Error)) return null;
	const over = /request \((\d+) tokens\) exceeds the available context size/i.exec(cause.message);
	if (over) return tooLong(Number(over[1]), context);
	if (/exceeds the available context|context size has been exceeded|kv cache/i.test(cause.message))
		return tooLong(null, context);
	return cause.name === 'RuntimeError' ? crashed(cause.message) : null;
}
