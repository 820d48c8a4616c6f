/** Real images beside what a generator made of them. */
import { greyPicture } from '../../core/explain/overlay.ts'
import { Message } from '../components/Message.tsx'
import { layOut, PictureGrid } from '../components/PictureGrid.tsx'
import { Row } from '../components/Row.tsx'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useOutput } from '../hooks/useOutput.tsx'
import { useQuery } from '../hooks/useQuery.ts'
import { usePictureShape } from '../pictures/usePictures.ts'
import { pairList, pairPictures } from '../queries/bank.ts'
import { originWords } from '../queries/data.ts'
import type { BankViewProps } from './bankViews.ts'

/** Columns of a pair at least, and pairs at most. */
const LEAST = 22
const MOST = 12

export function PairsView({ width, height, active, dataset, shelf }: BankViewProps) {
  const pairs = useQuery(pairList, [], dataset.name, shelf.generator)
  const [place, setPlace] = useKept(`bank.pair ${dataset.name} ${shelf.generator}`, 0)
  const at = Math.min(place, Math.max(0, pairs.length - 1))
  const here = pairs[at]
  const source = dataset.images.find(image => image.sha256 === here?.source)
  const side = source ?? { width: 1, height: 1 }
  const layout = layOut(
    { width: width - 2, height: height - 1 },
    { width: 2 * side.width + 6, height: side.height },
    { least: LEAST, most: MOST, picture: usePictureShape() },
  )
  const page = layout.across * layout.down
  const top = Math.floor(at / page) * page
  const shown = pairs.slice(top, top + page)
  const pictures = useQuery(pairPictures, [], dataset.name, JSON.stringify(shown.map(one => one.id)))
  const to = (next: number) => () => setPlace(Math.min(Math.max(0, next), pairs.length - 1))
  const output = useOutput()
  const nextClass = (): void => {
    const next = pairs.findIndex((one, i) => i > at && one.class !== here?.class)
    setPlace(Math.max(next, 0))
  }
  useKeys(
    'bank',
    pairs.length === 0
      ? {}
      : {
          left: to(at - 1),
          right: to(at + 1),
          up: to(at - layout.across),
          down: to(at + layout.across),
          pageUp: to(at - page),
          pageDown: to(at + page),
          first: to(0),
          last: to(pairs.length - 1),
          nextClass,
          copy: here && (() => output.copy(`bank:${here.id}`)),
        },
    { active },
  )
  if (here === undefined) {
    const text = [`The bank has no images of ${shelf.generator} for ${dataset.name}.`, 'The view make plans and makes some.']
    return <Message width={width} height={height} text={text} />
  }
  const parents = here.parents > 1 ? ` and ${here.parents - 1} more` : ''
  const from = source === undefined ? 'source not known' : `of ${originWords(source.origin)}${parents}`
  return (
    <>
      <Row
        width={width}
        pieces={[
          { text: `  ${shelf.generator} ${at + 1} of ${pairs.length}`, bold: true },
          ` · ${here.class} · variation ${here.variation} ${from} · bank:${here.id}`,
          {
            text: ` · ${here.cost === 0 ? 'free' : `${here.cost.toFixed(3)} USD`} · ${here.created.slice(0, 10)}`,
            dim: true,
          },
        ]}
      />
      <PictureGrid
        width={width}
        layout={layout}
        tiles={pictures.map((picture, i) => ({
          key: String(shown[i]?.id),
          pixels: greyPicture(picture.pixels, picture),
          captions: [`${shown[i]?.id ?? ''} real, made`],
          chosen: top + i === at,
        }))}
      />
    </>
  )
}
