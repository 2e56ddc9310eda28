import { failure, type Failure } from '$lib/core';
import type { ModelFile } from './kept';

/** Something that is wrong with one file of a model, told in our own words. */
export class FileProblem extends Error {
	readonly failure: Failure;
	/** @param next what to do, as a sentence */
	constructor(code: string, file: ModelFile, why: string, next: string, retryable = false) {
		super(why);
		this.failure = failure(
			code,
			`${why}. Nothing of that file was kept; the others that had arrived are. ${next}`,
			{ retryable, details: { file: file.name, url: file.url } }
		);
	}
}
