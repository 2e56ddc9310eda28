import { fail, failure, ok, type Result } from '$lib/core';
import { FileProblem } from './file-problem';
import type { Supply } from './take-in';

/** Without it a folder holds no model for WebLLM. */
const CONFIG = 'mlc-chat-config.json';
const COPY = 'Copy the model into one folder again, its compiled library (.wasm) too, and choose that.';

/**
 * A model's files from a folder that the person chose, on a USB stick for instance. The compiled library is the file of
 * that name, or the only .wasm there is. Codes: `model.not-a-model`.
 */
export function fromFolder(files: readonly File[]): Result<Supply> {
	const configs = files.filter(({ name }) => name === CONFIG).length;
	if (configs !== 1) {
		const why =
			configs === 0
				? `This folder holds no model for WebLLM: there is no ${CONFIG} in it`
				: `This folder holds ${configs} models`;
		return fail(failure('model.not-a-model', `${why}. Nothing was copied. Choose the folder of one model.`));
	}
	const libraries = files.filter(({ name }) => /\.wasm$/i.test(name));
	const only = libraries.length === 1 ? libraries[0] : undefined;
	return ok({
		doing: 'Copying',
		place: () => 'in this folder',
		next: COPY,
		async open(file) {
			const isLibrary = file.shelf === 'webllm/wasm';
			const found = files.find(({ name }) => name === file.name) ?? (isLibrary ? only : undefined);
			if (found) return { body: found.stream(), media: found.type };
			const what = isLibrary ? `compiled library (${file.name})` : file.name;
			const several = isLibrary && libraries.length > 1 ? ', but several others' : '';
			throw new FileProblem('model.file-missing', file, `The folder has no ${what}${several}`, COPY);
		},
		broke: (cause, { id }) =>
			failure(
				'model.copy-failed',
				`The folder could not be read any more while ${id} was copied. The files that had arrived whole are kept; choose it again, and it goes on from there.`,
				{ retryable: true, details: { said: cause instanceof Error ? cause.message : String(cause) } }
			)
	});
}
