/** What the first bytes of a picture say. */
export interface PictureFacts {
	kind: 'PNG' | 'JPEG' | 'GIF' | 'WebP' | 'BMP';
	/** In pixels; 0 where the file does not say. */
	width: number;
	height: number;
}

/** Kind and size of a picture, or null when it is none that browsers show. Nothing of it is unpacked. */
export function pictureFacts(bytes: Uint8Array): PictureFacts | null {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const latin = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
	if (latin(1, 4) === 'PNG' && bytes[0] === 0x89) {
		return bytes.length < 24 ? sized('PNG', 0, 0) : sized('PNG', view.getUint32(16), view.getUint32(20));
	}
	if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return jpeg(bytes, view);
	if (/^GIF8[79]a$/.test(latin(0, 6)) && bytes.length >= 10)
		return sized('GIF', view.getUint16(6, true), view.getUint16(8, true));
	if (latin(0, 4) === 'RIFF' && latin(8, 12) === 'WEBP') return webp(bytes, view, latin(12, 16));
	if (latin(0, 2) === 'BM' && bytes.length >= 26 && view.getUint32(2, true) === bytes.length)
		return sized('BMP', view.getUint32(18, true), Math.abs(view.getInt32(22, true)));
	return null;
}

function sized(kind: PictureFacts['kind'], width: number, height: number): PictureFacts {
	return { kind, width, height };
}

/** Walks the segments up to the one that tells the size. */
function jpeg(bytes: Uint8Array, view: DataView): PictureFacts {
	for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
		const marker = bytes[at + 1] ?? 0;
		const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
		if (isFrame) return sized('JPEG', view.getUint16(at + 7), view.getUint16(at + 5));
	}
	return sized('JPEG', 0, 0);
}

function webp(bytes: Uint8Array, view: DataView, chunk: string): PictureFacts {
	if (bytes.length < 30) return sized('WebP', 0, 0);
	if (chunk === 'VP8X')
		return sized('WebP', 1 + (view.getUint32(24, true) & 0xffffff), 1 + (view.getUint32(26, true) >> 8));
	if (chunk === 'VP8L') {
		const packed = view.getUint32(21, true);
		return sized('WebP', 1 + (packed & 0x3fff), 1 + ((packed >> 14) & 0x3fff));
	}
	return sized('WebP', view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
}
