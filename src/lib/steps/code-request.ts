import { failure, type Failure, type Json, type Result } from '$lib/core';
import type { StepData } from './step-data';

/** What is to be run of a person's code, and within which limits. */
export interface CodeRequest {
	/** Body of an async function of `inputs`, `run`, `item`, `index` and `loop`. */
	code: string;
	data: StepData;
	timeoutSeconds: number;
	memoryMB: number;
}

export interface CodeReturn {
	value: Json;
	/** What it wrote to its console, cut at a limit. */
	console: string[];
}

/** Where a step has code run; a worker stands behind it. Settles always. */
export type RunCode = (request: CodeRequest) => Promise<Result<CodeReturn>>;

/** The failure of code that was stopped for its time, by itself or with its worker. */
export function tookTooLong({ timeoutSeconds }: CodeRequest): Failure {
	const time = timeoutSeconds === 1 ? 'a second' : `${timeoutSeconds} seconds`;
	return failure(
		'code.timeout',
		`The code was not done after ${time} and was stopped. Everything before it is kept; make it faster, or give it more time in the workflow.`
	);
}
