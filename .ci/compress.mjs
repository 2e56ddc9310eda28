import { createReadStream, createWriteStream, readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';

const ENDINGS = ['.html', '.js', '.json', '.css', '.svg', '.xml', '.wasm'];

/**
 * Writes the compressed copies that a host answers with. A file above `largest` bytes (a model runtime) gets no brotli
 * copy: it would take longer than the rest of the build, to save a few percent of what its model weighs.
 * @param {string} folder @param {number} largest
 */
export async function compressFolder(folder, largest) {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && ENDINGS.includes(extname(entry.name)))
		.map((entry) => join(entry.parentPath, entry.name));
	await Promise.all(
		files.flatMap((file) => [
			compressFile(file, 'gz'),
			...(statSync(file).size > largest ? [] : [compressFile(file, 'br')])
		])
	);
}

/** Beside the file, at the highest quality; replaces an earlier copy. @param {string} file @param {'br' | 'gz'} ending */
export async function compressFile(file, ending) {
	const { size } = statSync(file);
	const compressor =
		ending === 'gz'
			? createGzip({ level: constants.Z_BEST_COMPRESSION })
			: createBrotliCompress({
					params: {
						[constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
						[constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
						[constants.BROTLI_PARAM_SIZE_HINT]: size
					}
				});
	await pipeline(createReadStream(file), compressor, createWriteStream(`${file}.${ending}`));
}
