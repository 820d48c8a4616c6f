/** Images and what to know of them before a study: counts, a gallery by class, the audit, and what augmentation does. */
import { Box } from 'ink'
import { useState } from 'react'
import { Blank } from '../components/Blank.tsx'
import { Message } from '../components/Message.tsx'
import { Row } from '../components/Row.tsx'
import { Views } from '../components/Views.tsx'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useQuery } from '../hooks/useQuery.ts'
import { useTask } from '../hooks/useTask.ts'
import { keyWords } from '../keymap.ts'
import { useLab } from '../lab.ts'
import { type DatasetView, datasetList, datasetView, storedAudit } from '../queries/data.ts'
import type { ScreenProps } from '../screen.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { AuditView } from './dataAudit.tsx'
import { AugmentationView } from './dataAugmentation.tsx'
import { CountsView } from './dataCounts.tsx'
import { GalleryView } from './dataGallery.tsx'
import { DATA_VIEWS, type DataViewName } from './dataViews.ts'

/** Lines over and under a view. */
const AROUND = 3

export function DataScreen({ width, height, active, target }: ScreenProps) {
  const lab = useLab()
  const { failure } = useTheme()
  const { busy, error, begin } = useTask()
  const [asked, setAsked] = useState(false)
  const datasets = useQuery(datasetList, [])
  const [chosen, setChosen] = useKept<string | null>(`data.dataset ${target.dataset ?? ''}`, target.dataset ?? null)
  const [view, setView] = useKept<DataViewName>('data.view', 'counts')
  const name = datasets.some(one => one.name === chosen) ? chosen : (datasets.at(-1)?.name ?? null)
  const dataset = useQuery<DatasetView | null, [string]>(datasetView, null, name ?? '')
  const found = useQuery<ReturnType<typeof storedAudit>, [string]>(storedAudit, null, name ?? '')
  const [image, setImage] = useKept(`data.image ${name}`, 0)

  const step = (by: number) => () => {
    const at = DATA_VIEWS.indexOf(view)
    setView(DATA_VIEWS[(at + by + DATA_VIEWS.length) % DATA_VIEWS.length]!)
  }
  const audit = (of: string) => () => {
    setAsked(true)
    setView('audit')
    begin(`Comparing the images of ${of}`, say => lab.ask(['data', 'audit', of], { onNote: say }))
  }
  const some = dataset !== null
  useKeys(
    'data',
    {
      nextPane: some ? step(1) : undefined,
      previousPane: some ? step(-1) : undefined,
      audit: name !== null && busy === null ? audit(name) : undefined,
      nextDataset:
        datasets.length > 1
          ? () => setChosen(datasets[(datasets.findIndex(one => one.name === name) + 1) % datasets.length]!.name)
          : undefined,
    },
    { active },
  )
  if (dataset === null || name === null) {
    const add = `On the Lab screen (${keyWords('goLab')}) ${keyWords('addSample')} adds the sample that ships.`
    const own =
      "Your own: 'mri-lab data add NAME PATH' takes folders, parquet and CSV; 'mri-lab data fetch falah' the public set."
    return <Message width={width} height={height} text={['There are no images here yet.', add, own]} />
  }
  const props = { width, height: height - AROUND, active, dataset, image, setImage, show: setView }
  const note = `${dataset.images.length} images · ${dataset.split.kind} split`
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Views {...{ width, name, note }} views={DATA_VIEWS} current={view} />
      <Blank />
      <Box flexDirection="column" width={width} height={height - AROUND}>
        {view === 'counts' && <CountsView {...props} found={found} />}
        {view === 'gallery' && <GalleryView {...props} />}
        {view === 'audit' && <AuditView {...props} found={found} />}
        {view === 'augmentation' && <AugmentationView {...props} />}
      </Box>
      {busy !== null && <Row width={width} pieces={[`  ${SYMBOLS.spinner[0]} ${busy} ...`]} />}
      {error !== null && <Row width={width} pieces={[{ text: `  ${SYMBOLS.failure} `, color: failure }, error]} />}
      {busy === null && error === null && (
        <Row width={width} pieces={[{ text: asked && view === 'audit' ? `  ${SYMBOLS.good} audited` : ' ', dim: true }]} />
      )}
    </Box>
  )
}
