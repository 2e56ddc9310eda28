import { createServer } from 'node:http';

/** How long text streams, and how fast. */
export const SECONDS = 30;
const A_SECOND = 200;
/** Tokens are sent in small groups, as networks deliver them. */
const TICK_MS = 25;

/** Settings as the settings page stores them. @param {string} baseUrl */
export function chooseProvider(baseUrl) {
	const config = { baseUrl, model: 'bench', supportsSchema: true };
	const provider = { id: 'openai-compatible', title: 'Bench', onDevice: false, config };
	const value = { provider, theme: 'light', reviewer: 'Bench' };
	return new Promise((done, refuse) => {
		const opening = indexedDB.open('galley');
		opening.onerror = () => refuse(opening.error);
		opening.onsuccess = () => {
			const transaction = opening.result.transaction('settings', 'readwrite');
			transaction.objectStore('settings').put({ key: 'settings', value });
			transaction.oncomplete = () => {
				opening.result.close();
				done(undefined);
			};
		};
	});
}

export function streamWorkflow() {
	const step = { id: 'write', title: 'Write', kind: 'model', job: 'draft', instructions: 'Write.' };
	return {
		format: 1,
		id: 'stream',
		title: 'Stream',
		steps: [{ ...step, permissions: { model: 'any' }, timeoutSeconds: 300, reuse: false }]
	};
}

/** Tokens of Markdown with everything that reports have. @returns {Generator<string, never>} */
function* tokens() {
	yield 'The stream begins. ';
	for (let part = 1; ; part++) {
		yield* [`\n\n## Part ${part}\n\n`];
		for (let word = 0; word < 90; word++) yield word % 15 === 7 ? '**revenue** ' : `word${word % 9} `;
		yield '\n\n';
		for (let item = 0; item < 4; item++) yield* ['- ', 'one ', 'thing ', `of `, `many ${item}\n`];
		yield* ['\n| Name ', '| Count ', '|\n', '| --- ', '| --- ', '|\n'];
		for (let row = 0; row < 3; row++) yield* ['| region ', `${row} `, `| ${row * 12} `, '|\n'];
	}
}

/** Streams tokens at a steady rate, as chat completions and, for a page with nothing but a text node, as plain text. */
export async function startServer() {
	const server = createServer((request, response) => {
		response.setHeader('access-control-allow-origin', '*');
		response.setHeader('access-control-allow-headers', '*, authorization');
		if (request.method === 'OPTIONS') return void response.writeHead(204).end();
		if (request.url === '/text') {
			response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
			return void response.end(TEXT_PAGE);
		}
		const plain = request.url === '/plain';
		response.writeHead(200, { 'content-type': plain ? 'text/plain' : 'text/event-stream' });
		const source = tokens();
		const began = Date.now();
		let sent = 0;
		const timer = setInterval(() => {
			const due = Math.min(((Date.now() - began) / 1_000) * A_SECOND, SECONDS * A_SECOND);
			for (; sent < due; sent++) {
				const content = source.next().value;
				response.write(plain ? content : `data: ${JSON.stringify(chunk({ content }))}\n\n`);
			}
			if (sent < SECONDS * A_SECOND) return;
			clearInterval(timer);
			response.end(plain ? '' : `data: ${JSON.stringify(chunk({}, 'stop'))}\n\ndata: [DONE]\n\n`);
		}, TICK_MS);
		response.on('close', () => clearInterval(timer));
	});
	await new Promise((listening) => server.listen(0, 'localhost', () => listening(undefined)));
	const address = /** @type {import('node:net').AddressInfo} */ (server.address());
	return {
		url: `http://localhost:${address.port}`,
		close: () =>
			new Promise((closed) => {
				server.close(closed);
				server.closeAllConnections();
			})
	};
}

/** @param {object} delta @param {string | null} [finish] */
function chunk(delta, finish = null) {
	return {
		id: 'bench',
		object: 'chat.completion.chunk',
		created: 0,
		model: 'bench',
		choices: [{ index: 0, delta, finish_reason: finish }]
	};
}

/** A worker reads, as in the app; the page only shows, gathered as long as the engine gathers. */
const TEXT_PAGE = `<!doctype html><meta charset="utf-8"><title>Text</title>
<style>body { font: 16px/1.5 system-ui; max-width: 44rem; white-space: pre-wrap }</style><p></p>
<script type="module">
	const read = async () => {
		const reader = (await fetch(origin + '/plain')).body.pipeThrough(new TextDecoderStream()).getReader();
		let text = '';
		setInterval(() => { if (text) postMessage(text); text = ''; }, 80);
		for (let part; !(part = await reader.read()).done; ) text += part.value;
	};
	const source = 'const origin = ' + JSON.stringify(location.origin) + '; (' + read + ')()';
	const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
	const node = document.querySelector('p').appendChild(document.createTextNode(''));
	worker.onmessage = ({ data }) => node.appendData(data);
</script>`;
