/** An image under an operation at a magnitude, or under some draws of a policy. */
import { Box } from 'ink'
import { useMemo } from 'react'
import { greyPicture } from '../../core/explain/overlay.ts'
import { Lines } from '../components/Lines.tsx'
import { Message } from '../components/Message.tsx'
import { layOut, PictureGrid } from '../components/PictureGrid.tsx'
import { Row } from '../components/Row.tsx'
import { useCursor } from '../hooks/useCursor.ts'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useQuery } from '../hooks/useQuery.ts'
import { usePictureShape } from '../pictures/usePictures.ts'
import { AUGMENTATIONS, augmented, isPolicy, takesMagnitude } from '../queries/augmentation.ts'
import { greyImages, placesOf } from '../queries/data.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import type { DataViewProps } from './dataViews.ts'

const LIST = 20
const MOST_MAGNITUDE = 9
const FIRST_MAGNITUDE = 5
/** Draws of a policy that are shown at most, beside the image itself. */
const MOST_DRAWS = 11

export function AugmentationView({ width, height, active, dataset, image, setImage }: DataViewProps) {
  const { accent } = useTheme()
  const { images, classes } = dataset
  const place = Math.min(image, Math.max(0, images.length - 1))
  const shown = images[place]
  const [magnitude, setMagnitude] = useKept('data.magnitude', FIRST_MAGNITUDE)
  const [from, setFrom] = useKept('data.draws', 0)
  const page = Math.max(1, height - 1)
  const cursor = useCursor('data.operation', AUGMENTATIONS.length, Math.max(1, page - 1))
  const name = AUGMENTATIONS[cursor.at]!
  const [grey] = useQuery(greyImages, [], dataset.pixels, placesOf([shown]))
  const policy = isPolicy(name)
  const scaled = takesMagnitude(name)
  const room = { width: width - LIST - 4, height: height - 1 }
  const layout = layOut(room, shown ?? { width: 1, height: 1 }, {
    most: policy ? MOST_DRAWS + 1 : 3,
    least: 16,
    captions: 2,
    picture: usePictureShape(),
  })
  const places = layout.across * layout.down
  const results = useMemo(
    () => (grey === undefined || shown === undefined ? [] : augmented(grey, shown.id, name, magnitude, from, places - 1)),
    [grey, shown, name, magnitude, from, places],
  )
  const strength = (by: number) => () => setMagnitude(Math.min(Math.max(0, magnitude + by), MOST_MAGNITUDE))
  const to = (next: number) => () => setImage((next + images.length) % images.length)
  useKeys(
    'data',
    {
      ...cursor.handlers,
      left: scaled ? strength(-1) : undefined,
      right: scaled ? strength(1) : undefined,
      less: scaled ? strength(-1) : undefined,
      more: scaled ? strength(1) : undefined,
      drawAnew: policy ? () => setFrom(before => before + places - 1) : undefined,
      nextImage: to(place + 1),
      previousImage: to(place - 1),
    },
    { active },
  )
  if (grey === undefined || shown === undefined)
    return <Message width={width} height={height} text={['No image to augment.']} />
  const how =
    places < 2
      ? 'a larger window shows what becomes of the image'
      : policy
        ? `draws ${from + 1} to ${from + places - 1}`
        : scaled
          ? `magnitude ${magnitude} of 9`
          : 'takes no magnitude'
  const tiles = [
    { key: 'itself', pixels: greyPicture(grey.pixels, grey), captions: ['the image', ''] },
    ...results.slice(0, places - 1).map((result, i) => ({
      key: `${i} ${result.says}`,
      pixels: greyPicture(result.pixels, grey),
      captions: captionsOf(result.says, layout.cells.columns),
    })),
  ]
  return (
    <>
      <Row
        width={width}
        pieces={[
          { text: `  ${name}`, bold: true },
          ` · ${how}`,
          { text: ` · image ${place + 1} of ${images.length} · ${classes[shown.label]} · ${shown.part}`, dim: true },
        ]}
      />
      <Box width={width} height={page}>
        <Box flexDirection="column" width={LIST} height={page}>
          <Lines
            width={LIST}
            height={page}
            top={cursor.top}
            lines={AUGMENTATIONS.map((one, at) => {
              const here = at === cursor.at
              const text = `  ${here ? SYMBOLS.cursor : ' '} ${one}`
              return [{ text, bold: here, color: here ? accent : undefined, dim: !here && isPolicy(one) }]
            })}
          />
        </Box>
        <Box flexDirection="column" width={width - LIST}>
          <PictureGrid width={width - LIST} layout={layout} tiles={tiles} />
        </Box>
      </Box>
    </>
  )
}

/** Two steps on two lines where they do not fit on one. */
function captionsOf(says: string, columns: number): string[] {
  const [first = '', ...rest] = says.length <= columns ? [says] : says.split(', ')
  return [first, rest.join(', ')]
}
