/** How pictures are drawn, as components use it. */
import { createContext, useContext, useSyncExternalStore } from 'react'
import { type PictureShape, Pictures } from './pictures.ts'

export const PicturesContext = createContext(new Pictures({ colours: 2 ** 24 }))

/** Draws again when the way of drawing changes. */
export function usePictures(): Pictures {
  const pictures = useContext(PicturesContext)
  useSyncExternalStore(pictures.watch, pictures.version)
  return pictures
}

/** For sizes of pictures: see `cellsFor`. */
export function usePictureShape(): PictureShape {
  return usePictures().shape()
}
