import type { Failure, Result } from '$lib/core';
import type { LibraryChange } from '$lib/run';

/** A file for the library. One that the person chose is read by the engine, so that its bytes never lie in the page. */
export interface NewFile {
	path: string;
	media: string;
	content: Blob | Uint8Array;
}

/** What became of files that were brought in. */
export interface AddedFiles {
	/** Of the new entries. */
	ids: string[];
	/** Files whose very bytes lay under their path already. */
	same: number;
	/** Files that could not be read; the others are in. */
	refused: { path: string; failure: Failure }[];
}

/** A change of the library that is done. */
export interface LibraryDone {
	/** How many facts it wrote. */
	changed: number;
	undo: LibraryChange;
	/** Paths that got another name because theirs was taken. */
	renamed: string[];
}

/** The bin was emptied. */
export interface BinEmptied {
	entries: number;
	/** Bytes that were freed; less than the entries had where runs need them too. */
	freed: number;
}

/** A fetched web page, as a file. */
export interface PageFile {
	name: string;
	media: string;
	bytes: Uint8Array;
}

/** What a page may ask about the library and about what comes into it. */
export interface LibraryApi {
	/**
	 * Fetches the web page of a source, as the saved workflow says its address. To be called on a person's click: it is
	 * the permission. The page is kept nowhere until a run is started with it.
	 */
	fetchPage(workflowId: string, sourceId: string): Promise<Result<PageFile>>;
	/** Adds files to the library; a path that exists gets the next version. */
	addFiles(files: NewFile[]): Promise<Result<AddedFiles>>;
	/** Moves, renames, copies, deletes, restores or tags; what it gives takes it back. */
	changeLibrary(change: LibraryChange): Promise<Result<LibraryDone>>;
	/** Removes what is in the bin for good. */
	emptyBin(): Promise<Result<BinEmptied>>;
}
