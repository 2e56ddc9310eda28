import { failure } from '$lib/core';
import { FileProblem } from './file-problem';
import type { ModelFile } from './kept';
import type { Supply } from './take-in';

const CHECK = 'Check the address of the model, or choose another.';

/** A model's files from the hosts of its addresses. `fetch` is the guarded one: it reaches only where the person said. */
export function fromNetwork(fetch: typeof globalThis.fetch): Supply {
	return {
		doing: 'Downloading',
		place: (file) => `from ${hostOf(file)}`,
		next: CHECK,
		async open(file, signal) {
			const response = await fetch(file.url, { signal });
			if (!response.ok) throw refused(file, response.status);
			const media = response.headers.get('content-type') ?? '';
			if (/text\/html/i.test(media)) {
				await response.body?.cancel();
				throw new FileProblem(
					'model.not-a-model',
					file,
					`${hostOf(file)} answered with a web page instead of ${file.name}; perhaps this network wants you to sign in first`,
					CHECK
				);
			}
			return { body: response.body, media };
		},
		broke(cause, { id }) {
			const offline = !navigator.onLine ? 'This device is offline. ' : '';
			return failure(
				'model.download-failed',
				`The connection broke while ${id} was downloaded. ${offline}The files that had arrived whole are kept; try again, and it goes on from there.`,
				{ retryable: true, details: { said: cause instanceof Error ? cause.message : String(cause) } }
			);
		}
	};
}

function refused(file: ModelFile, status: number): FileProblem {
	const host = hostOf(file);
	if (status >= 500 || status === 408 || status === 429) {
		const why = `${host} could not give ${file.name} just now (${status})`;
		return new FileProblem('model.download-failed', file, why, 'Try again later.', true);
	}
	const isGone = status === 404 || status === 410;
	const why = isGone ? `${host} has no ${file.name}` : `${host} does not give ${file.name} away`;
	return new FileProblem('model.file-missing', file, `${why} (${status})`, CHECK);
}

const hostOf = (file: ModelFile) => new URL(file.url).host;
