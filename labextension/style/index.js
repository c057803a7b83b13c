import './base.css';
import './comparing.css';
import './jobs.css';
import './jobpage.css';
import './parameters.css';
import './schedules.css';
import './snapshots.css';
import './submission.css';
