/** The images of a class, beside each other. */
import { greyPicture } from '../../core/explain/overlay.ts'
import { Message } from '../components/Message.tsx'
import { layOut, PictureGrid } from '../components/PictureGrid.tsx'
import { Row } from '../components/Row.tsx'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useOutput } from '../hooks/useOutput.tsx'
import { useQuery } from '../hooks/useQuery.ts'
import { usePictureShape } from '../pictures/usePictures.ts'
import { greyImages, originWords, placesOf } from '../queries/data.ts'
import type { DataViewProps } from './dataViews.ts'

export function GalleryView({ width, height, active, dataset, image, setImage, show }: DataViewProps) {
  const { classes, images, pixels } = dataset
  const [label, setLabel] = useKept(`data.class ${dataset.name}`, 0)
  const ofClass = images.map((one, place) => ({ ...one, place })).filter(one => one.label === label % classes.length)
  const at = Math.max(
    0,
    ofClass.findIndex(one => one.place === image),
  )
  const shape = ofClass[at] ?? { width: 1, height: 1 }
  const layout = layOut({ width: width - 2, height: height - 1 }, shape, { picture: usePictureShape() })
  const page = layout.across * layout.down
  const top = Math.floor(at / page) * page
  const shown = ofClass.slice(top, top + page)
  const grey = useQuery(greyImages, [], pixels, placesOf(shown))
  const here = ofClass[at]
  const output = useOutput()
  const to = (place: number) => () => setImage(ofClass[Math.min(Math.max(0, place), ofClass.length - 1)]?.place ?? 0)
  useKeys(
    'data',
    {
      left: to(at - 1),
      right: to(at + 1),
      up: to(at - layout.across),
      down: to(at + layout.across),
      pageUp: to(at - page),
      pageDown: to(at + page),
      first: to(0),
      last: to(ofClass.length - 1),
      nextClass: classes.length > 1 ? () => setLabel(before => (before + 1) % classes.length) : undefined,
      copy: here && (() => output.copy(here.origin)),
      open: ofClass.length > 0 ? () => show('augmentation') : undefined,
    },
    { active },
  )
  if (here === undefined) {
    return <Message width={width} height={height} text={[`No image has the label ${classes[label % classes.length]}.`]} />
  }
  const group = here.group === undefined ? '' : ` · group ${here.group}`
  return (
    <>
      <Row
        width={width}
        pieces={[
          { text: `  ${classes[here.label]}`, bold: true },
          `  ${at + 1} of ${ofClass.length} · ${here.part} · ${here.width} x ${here.height} · ${originWords(here.origin)}`,
          { text: group, dim: true },
        ]}
      />
      <PictureGrid
        width={width}
        layout={layout}
        tiles={shown.flatMap((one, i) => {
          const picture = grey[i]
          if (picture === undefined) return []
          const captions = [`${one.part} ${top + i + 1}`]
          return [{ key: one.id, pixels: greyPicture(picture.pixels, picture), captions, chosen: top + i === at }]
        })}
      />
    </>
  )
}
