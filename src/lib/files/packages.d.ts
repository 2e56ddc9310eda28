/** Packages, and files of packages, that bring no types of their own: the part of each that is used. */

declare module 'pdfjs-dist/build/pdf.worker.mjs' {
	export const WorkerMessageHandler: unknown;
}

declare module 'tesseract.js-core/tesseract-core-simd-lstm.js' {
	interface Recogniser {
		/** 0 when it could be opened. */
		Init(folder: string | null, language: string, mode: number): number;
		/** Takes the picture that was written to `/input`. */
		SetImageFile(orientation?: number, angle?: number, upscale?: number): number;
		Recognize(monitor: null): number;
		GetTSVText(page: number): string;
		End(): void;
	}
	export interface Tesseract {
		TessBaseAPI: new () => Recogniser;
		FS: { writeFile(path: string, bytes: Uint8Array): void };
		destroy(recogniser: Recogniser): void;
	}
	const load: (given: { wasmBinary: ArrayBuffer }) => Promise<Tesseract>;
	export default load;
}
